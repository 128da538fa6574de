package io.holdfast.web.rest.restore;

import io.holdfast.server.captcha.Captcha;
import io.holdfast.server.captcha.CaptchaService;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * {@code /captchas}: asked before a restore is accepted (CAS-18). It guards against a request sent
 * by mistake, not against programs, so a program is given the characters and sends them back.
 */
@Path("/captchas")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CaptchaResource {
  @Inject private CaptchaService captchas;
  @Inject private AccessPolicy access;

  /** A captcha: one use, five minutes. */
  public record Issued(String id, String characters, String svg) {}

  @POST
  public Issued issue() {
    access.require(Permission.RESTORE_RUN, ResourceRef.all(ResourceKind.RESTORE));
    Captcha captcha = captchas.issue();
    return new Issued(captcha.id().toString(), captcha.characters(), captcha.svg());
  }
}
