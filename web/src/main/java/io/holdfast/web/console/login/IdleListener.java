package io.holdfast.web.console.login;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.faces.event.PhaseEvent;
import jakarta.faces.event.PhaseId;
import jakarta.faces.event.PhaseListener;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import org.primefaces.component.poll.Poll;

/**
 * Ends a session that only a page's own questions keep alive: a page that polls would stay signed
 * in for ever otherwise. What counts is the last request of a person. Stateless.
 */
public class IdleListener implements PhaseListener {
  private static final long serialVersionUID = 1L;
  private static final String LAST = "io.holdfast.lastAction";
  private static final String SOURCE = "jakarta.faces.source";

  @Override
  public PhaseId getPhaseId() {
    return PhaseId.RESTORE_VIEW;
  }

  @Override
  public void afterPhase(PhaseEvent event) {
    FacesContext faces = event.getFacesContext();
    ExternalContext external = faces.getExternalContext();
    if (!(external.getSession(false) instanceof HttpSession session)) {
      return;
    }
    Instant now = CDI.current().select(Clock.class).get().instant();
    if (!isPoll(faces) || !(session.getAttribute(LAST) instanceof Long last)) {
      session.setAttribute(LAST, now.toEpochMilli());
    } else if (IdleLimit.isOver(last, now, session.getMaxInactiveInterval())) {
      external.invalidateSession();
      try {
        external.redirect(external.getRequestContextPath() + ConsolePath.LOGIN);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  private static boolean isPoll(FacesContext faces) {
    String source = faces.getExternalContext().getRequestParameterMap().get(SOURCE);
    return source != null
        && faces.getPartialViewContext().isAjaxRequest()
        && faces.getViewRoot() != null
        && faces.getViewRoot().findComponent(source) instanceof Poll;
  }
}
