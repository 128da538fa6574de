package io.holdfast.simulator.rest;

import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate for the TLS port, as CAS ships one; made once per state folder by the
 * JDK's keytool.
 */
public final class SelfSigned {
  private static final String STORE_WORD = "simulator";

  private SelfSigned() {}

  /** The TLS context of the certificate in {@code file}, which is made when missing. */
  public static SSLContext context(Path file, String address) throws IOException {
    if (!Files.exists(file)) {
      Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
      Command.run(
          List.of(
              keytool.toString(),
              "-genkeypair",
              "-alias",
              "cvm",
              "-keyalg",
              "RSA",
              "-keysize",
              "2048",
              "-validity",
              "3650",
              "-dname",
              "CN=cvm",
              "-ext",
              "san=ip:" + address,
              "-storetype",
              "PKCS12",
              "-storepass",
              STORE_WORD,
              "-keystore",
              file.toString()));
    }
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, STORE_WORD.toCharArray());
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, STORE_WORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use " + file, e);
    }
  }
}
