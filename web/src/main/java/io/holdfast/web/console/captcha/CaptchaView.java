package io.holdfast.web.console.captcha;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.captcha.Captcha;
import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.captcha.CaptchaService;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.UUID;
import java.util.function.Consumer;

/** The captcha that a page asks for (CAS-18, CAS-03). */
@Named("captcha")
@ViewScoped
public class CaptchaView implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject CaptchaService captchas;
  @Inject Feedback feedback;

  private UUID id;
  private String picture;
  private String characters;
  private boolean asText;
  private String typed;

  /** Shows another captcha. */
  public void renew() {
    Captcha issued = captchas.issue();
    id = issued.id();
    picture = issued.svg();
    characters = issued.characters();
    typed = null;
  }

  /** Shows the captcha as text, for a reader who cannot see the picture. */
  public void showText() {
    asText = true;
  }

  /** What was typed for the captcha shown. */
  public CaptchaAnswer answer() {
    return new CaptchaAnswer(id, typed);
  }

  /**
   * Does what the captcha guards. A wrong answer is said next to it, any other refusal as always;
   * after either another captcha is shown.
   *
   * @return whether it was done
   */
  public boolean guard(Consumer<CaptchaAnswer> action) {
    boolean done = feedback.attempt(() -> isDone(action)).orElse(false);
    if (!done) {
      renew();
    }
    return done;
  }

  private boolean isDone(Consumer<CaptchaAnswer> action) {
    try {
      action.accept(answer());
      return true;
    } catch (BackupException error) {
      if (error.code() == ErrorCode.CAPTCHA_WRONG) {
        feedback.refuse("captcha", error);
        return false;
      }
      throw error;
    }
  }

  /** A drawing, made by the server of digits and strokes only. */
  public String getPicture() {
    return picture;
  }

  /** The characters, when they were asked for as text; empty before. */
  public String getText() {
    return asText ? characters : "";
  }

  /** Always empty: each answer is typed. */
  public String getTyped() {
    return null;
  }

  public void setTyped(String typed) {
    this.typed = typed;
  }
}
