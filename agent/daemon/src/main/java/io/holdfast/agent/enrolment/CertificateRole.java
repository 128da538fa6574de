package io.holdfast.agent.enrolment;

import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What the organisational unit in a certificate's subject says its holder is. */
public enum CertificateRole {
  SERVER,
  AGENT;

  /**
   * Whether the certificate's subject names this role; a subject that cannot be read names none.
   */
  public boolean heldBy(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream().anyMatch(this::named);
    } catch (InvalidNameException unreadable) {
      return false;
    }
  }

  /** The common name in a certificate's subject, an agent's id; empty when there is none. */
  public static String nameOf(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> String.valueOf(part.getValue()))
              .findFirst()
              .orElse("");
    } catch (InvalidNameException unreadable) {
      return "";
    }
  }

  private boolean named(Rdn part) {
    return part.getType().equalsIgnoreCase("OU")
        && String.valueOf(part.getValue()).equals(name().toLowerCase(Locale.ROOT));
  }
}
