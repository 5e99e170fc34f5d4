package dev.tailrace.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs for this platform, unpacked once into the user's cache directory.
 *
 * <p>The directory carries the hash of its archive in its name and appears by a rename, under a
 * lock, so that a half-unpacked one is never used and a new version never meets an old one.
 */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** The directory that holds {@code bin}, {@code lib} and {@code share}. */
  static synchronized Path directory() {
    try {
      var archive = archive();
      var hash = HexFormat.of().formatHex(sha256(archive), 0, 8);
      var cache = cacheDirectory();
      var home = cache.resolve("postgres-" + hash);
      if (!Files.exists(home)) {
        unpackOnce(archive, cache, home);
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("The PostgreSQL binaries could not be unpacked", e);
    }
  }

  private static void unpackOnce(byte[] archive, Path cache, Path home) throws IOException {
    var lockFile = cache.resolve(home.getFileName() + ".lock");
    try (var channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      if (Files.exists(home)) {
        return;
      }
      var unpacking = cache.resolve(home.getFileName() + ".unpacking");
      Directories.delete(unpacking);
      unpack(archive, unpacking);
      Files.move(unpacking, home, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void unpack(byte[] archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("The archive reaches outside its directory: " + entry.getName());
        }
        place(tar, entry, path);
      }
    }
  }

  private static void place(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    if ((entry.getMode() & 0111) != 0) {
      var permissions = new HashSet<>(Files.getPosixFilePermissions(path));
      permissions.add(PosixFilePermission.OWNER_EXECUTE);
      permissions.add(PosixFilePermission.GROUP_EXECUTE);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  private static byte[] archive() throws IOException {
    var os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    var name =
        "/postgres-%s-%s.txz"
            .formatted(
                os.startsWith("mac") ? "darwin" : os, arch.equals("aarch64") ? "arm_64" : "x86_64");
    try (var stream = PostgresBinaries.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            "No PostgreSQL binaries for " + os + " on " + arch + ": " + name + " is not there");
      }
      return stream.readAllBytes();
    }
  }

  private static Path cacheDirectory() throws IOException {
    var home = Path.of(System.getProperty("user.home", ""));
    var cache =
        Files.isWritable(home)
            ? home.resolve(".cache", "tailrace")
            : Path.of(System.getProperty("java.io.tmpdir")).resolve("tailrace-cache");
    return Files.createDirectories(cache);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
