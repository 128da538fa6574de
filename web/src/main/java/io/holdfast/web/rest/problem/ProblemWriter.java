package io.holdfast.web.rest.problem;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.web.rest.Languages;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Makes responses of errors. */
final class ProblemWriter {
  private ProblemWriter() {}

  static Response response(BackupException error, HttpHeaders headers, int status) {
    ErrorCode code = error.code();
    Problem problem =
        new Problem(
            "urn:holdfast:error:" + code.name(),
            code.name(),
            status,
            error.message(Languages.of(headers)),
            code.number(),
            told(error, Languages.of(headers)));
    Response.ResponseBuilder response =
        Response.status(status).type(Problem.MEDIA_TYPE).entity(problem);
    if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"holdfast\"");
    }
    return response.build();
  }

  /** The parameters, reasons in words: nobody outside needs to know how they are written. */
  private static Map<String, String> told(BackupException error, Locale locale) {
    Map<String, String> told = new LinkedHashMap<>();
    error.parameters().forEach((name, value) -> told.put(name, Messages.value(value, locale)));
    return told;
  }
}
