package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.HttpCalls.Heard;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS goes by the name in the url, whatever address is dialled for it. */
class HttpDaemonsTlsTest {

  private static final String PASSWORD = "not-a-secret";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private SSLContext tls;

  @TempDir private Path folder;

  @BeforeEach
  void certify() throws Exception {
    Path store = folder.resolve("machine.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "machine",
                "-keyalg",
                "EC",
                "-dname",
                "CN=machine.test",
                "-ext",
                "san=dns:machine.test",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    tls = context(store);
  }

  /** For both sides: the certificate is its own authority. */
  private static SSLContext context(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("machine", keys.getCertificate("machine"));
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private SmallServer server() throws Exception {
    var socket =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setSNIMatchers(
        List.of(
            new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
              @Override
              public boolean matches(SNIServerName name) {
                return asked.add(new SNIHostName(name.getEncoded()).getAsciiName());
              }
            }));
    socket.setSSLParameters(parameters);
    return SmallServer.on(socket, SmallServer.saying(SmallServer.status(200)));
  }

  private Heard post(String host) throws Exception {
    try (SmallServer server = server();
        HttpDaemons daemons =
            new HttpDaemons(
                HttpDaemons.Bounds.USUAL,
                new AllowedAddresses(List.of(Network.of("127.0.0.1"))),
                Clock.systemUTC(),
                name -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")},
                tls)) {
      return daemons.post(
          HttpDaemonsTest.machine("https://" + host + ":" + server.port()),
          HttpDaemonsTest.message("evt_1", "{}"));
    }
  }

  @Test
  void theNameIsAskedForAndItsCertificateBelieved() throws Exception {
    assertThat(post("machine.test"))
        .isInstanceOfSatisfying(Heard.Said.class, said -> assertThat(said.status()).isEqualTo(200));
    assertThat(asked).containsExactly("machine.test");
  }

  @Test
  void anothersCertificateIsNotBelieved() throws Exception {
    assertThat(post("other.test")).isInstanceOf(Heard.Nothing.class);
  }
}
