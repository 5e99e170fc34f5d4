package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.service.HttpCalls.Heard;
import dev.tailrace.effects.Effect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts to daemons with Apache's HttpClient, which lets {@link CheckedDns} look at the very address
 * that is dialled; the JDK's client has no place for that.
 *
 * <p>Nothing is followed, stored, unpacked or repeated. Connections are kept for the next post, in
 * bounds. Whatever has not ended in time is aborted and its connection with it. Once a status has
 * come it has decided: of the body only the beginning is read, and not waited for long.
 */
final class HttpDaemons implements Daemons, AutoCloseable {

  private static final TimeValue IDLE = TimeValue.ofSeconds(30);
  private static final TimeValue OLDEST = TimeValue.ofMinutes(10);
  private static final TimeValue UNCHECKED = TimeValue.ofMilliseconds(200);
  private static final int MOST_ANSWER_BYTES = 64 * 1024;
  private static final int MOST_HEADERS = 100;
  private static final int LONGEST_LINE = 8 * 1024;
  private static final ContentType JSON = ContentType.create("application/json");

  /**
   * How long and how much.
   *
   * @param connect to one address
   * @param exchange from the first to the last byte, name and connection included
   * @param rest of the answer, once its status has come
   * @param connections in all
   * @param perMachine of them
   */
  record Bounds(
      Duration connect, Duration exchange, Duration rest, int connections, int perMachine) {

    static final Bounds USUAL =
        new Bounds(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(2), 512, 16);
  }

  private final Bounds bounds;
  private final Clock clock;
  private final CheckedDns dns;
  private final CloseableHttpClient http;
  private final ScheduledThreadPoolExecutor deadlines;

  HttpDaemons(AllowedAddresses allowed, Clock clock) {
    this(Bounds.USUAL, allowed, clock, InetAddress::getAllByName, systemTrust());
  }

  /**
   * Makes no call yet.
   *
   * @param lookup the system's, unless a test says otherwise
   * @param trust whose certificates are believed
   */
  HttpDaemons(
      Bounds bounds,
      AllowedAddresses allowed,
      Clock clock,
      CheckedDns.Lookup lookup,
      SSLContext trust) {
    this.bounds = bounds;
    this.clock = clock;
    this.dns = new CheckedDns(allowed, lookup);
    this.http = client(bounds, connections(bounds, dns, trust));
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("machine-deadlines").daemon().factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  private static SSLContext systemTrust() {
    try {
      return SSLContext.getDefault();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static PoolingHttpClientConnectionManager connections(
      Bounds bounds, CheckedDns dns, SSLContext trust) {
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setDnsResolver(dns)
        .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
        .setMaxConnTotal(bounds.connections())
        .setMaxConnPerRoute(bounds.perMachine())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(timeout(bounds.connect()))
                .setSocketTimeout(timeout(bounds.exchange()))
                .setValidateAfterInactivity(UNCHECKED)
                .setTimeToLive(OLDEST)
                .build())
        .setConnectionFactory(
            ManagedHttpClientConnectionFactory.builder()
                .http1Config(
                    Http1Config.custom()
                        .setMaxHeaderCount(MOST_HEADERS)
                        .setMaxLineLength(LONGEST_LINE)
                        .build())
                .build())
        .build();
  }

  private static CloseableHttpClient client(
      Bounds bounds, PoolingHttpClientConnectionManager connections) {
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(timeout(bounds.exchange()))
                .setResponseTimeout(timeout(bounds.exchange()))
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setUserAgent("tailrace")
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableAuthCaching()
        .disableConnectionState()
        .evictExpiredConnections()
        .evictIdleConnections(IDLE)
        .build();
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.of(duration);
  }

  @Override
  public Heard post(Aimed.AtMachine machine, Message message) {
    URI url = machine.url();
    HttpHost target = new HttpHost(url.getScheme(), url.getHost(), url.getPort());
    HttpPost request = request(machine, message);
    ScheduledFuture<?> deadline = abortAfter(bounds.exchange(), request);
    try {
      return said(request, http.executeOpen(target, request, HttpClientContext.create()));
    } catch (IOException | IllegalStateException e) {
      // The client calls it an illegal state when a post is aborted before it is connected.
      request.abort();
      return new Heard.Nothing(deadline.isDone() ? tooSlow() : reason(e));
    } finally {
      deadline.cancel(false);
    }
  }

  private HttpPost request(Aimed.AtMachine machine, Message message) {
    byte[] body = message.body().getBytes(UTF_8);
    Instant now = clock.instant();
    var request =
        new HttpPost(URI.create(machine.url().toString().replaceFirst("/+$", "") + message.path()));
    request.setHeader("webhook-id", message.id());
    request.setHeader("webhook-timestamp", Long.toString(now.getEpochSecond()));
    request.setHeader("webhook-signature", machine.signature().header(message.id(), now, body));
    request.setHeader(Effect.LANE_SEQ, Long.toString(message.laneSeq()));
    request.setHeader("tailrace-event-type", message.eventType());
    message.traceparent().ifPresent(context -> request.setHeader("traceparent", context));
    request.setEntity(new ByteArrayEntity(body, JSON));
    return request;
  }

  private ScheduledFuture<?> abortAfter(Duration limit, HttpPost request) {
    return deadlines.schedule(
        () -> {
          request.abort();
        },
        limit.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** From here on nothing can change what was said. */
  private Heard said(HttpPost request, ClassicHttpResponse response) {
    ScheduledFuture<?> deadline = abortAfter(bounds.rest(), request);
    var body = new ByteArrayOutputStream();
    try {
      if (!isRead(response, body)) {
        // Closing alone would read on to the end.
        request.abort();
      }
    } catch (IOException e) {
      request.abort();
    } finally {
      deadline.cancel(false);
      close(response);
    }
    return new Heard.Said(response.getCode(), headers(response), body.toString(UTF_8));
  }

  /** Whether that was all of the body; only then can its connection be used again. */
  private static boolean isRead(ClassicHttpResponse response, ByteArrayOutputStream body)
      throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return true;
    }
    InputStream in = entity.getContent();
    byte[] chunk = new byte[8 * 1024];
    int length = in.read(chunk);
    while (length >= 0) {
      int room = MOST_ANSWER_BYTES - body.size();
      body.write(chunk, 0, Math.min(length, room));
      if (length > room) {
        return false;
      }
      length = in.read(chunk);
    }
    return true;
  }

  private static void close(ClassicHttpResponse response) {
    try {
      response.close();
    } catch (IOException e) {
      // It was aborted, and its connection is gone.
    }
  }

  private static HttpHeaders headers(ClassicHttpResponse response) {
    Header retryAfter = response.getFirstHeader("Retry-After");
    return HttpHeaders.of(
        retryAfter == null || retryAfter.getValue() == null
            ? Map.of()
            : Map.of("Retry-After", List.of(retryAfter.getValue())),
        (name, value) -> true);
  }

  private String tooSlow() {
    return "no answer within " + bounds.exchange().toMillis() + " ms";
  }

  private static String reason(Exception failure) {
    return switch (failure) {
      case ForbiddenAddressException forbidden -> String.valueOf(forbidden.getMessage());
      case UnknownHostException unknown -> "its name can't be resolved: " + unknown.getMessage();
      default -> failure.getClass().getSimpleName();
    };
  }

  @Override
  public void close() {
    http.close(CloseMode.IMMEDIATE);
    deadlines.shutdownNow();
    dns.close();
  }
}
