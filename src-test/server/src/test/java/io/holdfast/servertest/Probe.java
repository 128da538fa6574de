package io.holdfast.servertest;

import io.holdfast.servertest.inside.Beans;
import io.holdfast.toolkit.TrustingTls;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that carries a test class into the server, beside the EAR, whose classes it sees. */
final class Probe {
  private static final String DEPENDENCIES =
      """
      <jboss-deployment-structure xmlns="urn:jboss:deployment-structure:1.3">
        <deployment>
          <dependencies>
            <module name="deployment.holdfast.ear"/>
            <module name="deployment.holdfast.ear.holdfast-ejb.jar"/>
            <module name="com.fasterxml.jackson.core.jackson-databind"/>
            <module name="com.fasterxml.jackson.core.jackson-core"/>
          </dependencies>
        </deployment>
      </jboss-deployment-structure>
      """;

  private Probe() {}

  static WebArchive of(Class<?> test) {
    return ShrinkWrap.create(WebArchive.class, "probe.war")
        .addClasses(test, Probe.class, TrustingTls.class)
        .addPackage(Beans.class.getPackage())
        .addAsWebInfResource(new StringAsset(DEPENDENCIES), "jboss-deployment-structure.xml");
  }
}
