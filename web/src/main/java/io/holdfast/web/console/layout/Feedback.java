package io.holdfast.web.console.layout;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.web.console.locale.LanguageView;
import io.holdfast.web.console.locale.Texts;
import jakarta.ejb.EJBException;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.application.FacesMessage;
import jakarta.faces.component.UIComponent;
import jakarta.faces.component.UIInput;
import jakarta.faces.component.visit.VisitContext;
import jakarta.faces.component.visit.VisitResult;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.primefaces.component.dialog.Dialog;

/**
 * Runs what a button asks for and says how it went, in the reader's language. An error that names a
 * field ({@code field} parameter equal to the input's id) stands next to it, others on top of the
 * page (CON-05). One request, one thread.
 */
@RequestScoped
public class Feedback {
  private static final Logger LOG = Logger.getLogger(Feedback.class.getName());

  /** What the messages of a dialog are for; those of the page have no name. */
  private static final String DIALOG = "dialog";

  private Texts texts;
  private LanguageView language;

  protected Feedback() {}

  @Inject
  public Feedback(Texts texts, LanguageView language) {
    this.texts = texts;
    this.language = language;
  }

  /** Runs the action; false when it failed and the reader was told. */
  public boolean attempt(Runnable action) {
    return attempt(
            () -> {
              action.run();
              return true;
            })
        .isPresent();
  }

  /** The result of the action; empty when it failed and the reader was told, or it gave null. */
  public <T> Optional<T> attempt(Supplier<T> action) {
    try {
      return Optional.ofNullable(action.get());
    } catch (BackupException error) {
      refuse(error);
    } catch (EJBException wrapped) {
      refuse(unwrapped(wrapped));
    }
    FacesContext.getCurrentInstance().validationFailed();
    return Optional.empty();
  }

  /** Says that something was done. */
  public void done(String key, Object subject) {
    FacesContext.getCurrentInstance()
        .addMessage(
            "growl", new FacesMessage(FacesMessage.SEVERITY_INFO, texts.of(key, subject), null));
  }

  /** Says what is wrong with an input, next to it when it is on the page. */
  public void refuse(String field, String key) {
    FacesContext faces = FacesContext.getCurrentInstance();
    add(field, texts.of(key));
    faces.validationFailed();
  }

  /** Says an error next to an input, when it is on the page. */
  public void refuse(String field, BackupException error) {
    add(field, error.message(language.getLocale()));
    FacesContext.getCurrentInstance().validationFailed();
  }

  /** Says an error, next to the field it names. */
  public void refuse(BackupException error) {
    add(error.parameters().get("field"), sentence(error));
  }

  private static BackupException unwrapped(EJBException wrapped) {
    for (Throwable cause = wrapped; cause != null; cause = cause.getCause()) {
      if (cause instanceof BackupException error) {
        return error;
      }
    }
    LOG.log(Level.SEVERE, "A request of the console failed", wrapped);
    return BackupException.causedBy(
        wrapped, ErrorCode.INTERNAL_ERROR, "what", wrapped.getClass().getSimpleName());
  }

  private static void add(String field, String text) {
    FacesContext faces = FacesContext.getCurrentInstance();
    FacesMessage message = new FacesMessage(FacesMessage.SEVERITY_ERROR, text, text);
    String clientId =
        input(faces, field)
            .map(input -> input.getClientId(faces))
            .orElse(isInDialog(faces) ? DIALOG : null);
    faces.addMessage(clientId, message);
  }

  /** Whether a dialog's button was clicked: it shows the error itself, the page behind must not. */
  private static boolean isInDialog(FacesContext faces) {
    String source = faces.getExternalContext().getRequestParameterMap().get("jakarta.faces.source");
    UIComponent component = source == null ? null : faces.getViewRoot().findComponent(source);
    while (component != null) {
      if (component instanceof Dialog) {
        return true;
      }
      component = component.getParent();
    }
    return false;
  }

  /** The error's sentence; the field is called what its label says, when it is on the page. */
  private String sentence(BackupException error) {
    String field = error.parameters().get("field");
    Object label =
        input(FacesContext.getCurrentInstance(), field)
            .map(input -> input.getAttributes().get("label"))
            .orElse(null);
    if (label == null) {
      return error.message(language.getLocale());
    }
    Map<String, String> parameters = new HashMap<>(error.parameters());
    parameters.put("field", label.toString());
    return BackupException.of(error.code(), parameters, null).message(language.getLocale());
  }

  private static Optional<UIInput> input(FacesContext faces, String id) {
    AtomicReference<UIInput> found = new AtomicReference<>();
    if (id != null) {
      faces
          .getViewRoot()
          .visitTree(
              VisitContext.createVisitContext(faces),
              (context, component) -> {
                if (isInput(component, id)) {
                  found.set((UIInput) component);
                  return VisitResult.COMPLETE;
                }
                return VisitResult.ACCEPT;
              });
    }
    return Optional.ofNullable(found.get());
  }

  private static boolean isInput(UIComponent component, String field) {
    return component instanceof UIInput input && field.equals(input.getId()) && input.isRendered();
  }
}
