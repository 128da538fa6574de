package io.holdfast.web.rest.problem;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Everything else: an error of ours that the container wrapped is unwrapped, a wrong path or method
 * keeps its status, a body that cannot be read is the caller's error, and only what is left is a
 * defect.
 */
@Provider
public class UnexpectedExceptionMapper implements ExceptionMapper<Throwable> {
  private static final System.Logger LOG =
      System.getLogger(UnexpectedExceptionMapper.class.getName());
  private static final int SERVER_ERROR = 500;

  @Context private HttpHeaders headers;
  @Context private UriInfo uri;
  @Inject private BackupExceptionMapper ours;

  @Override
  public Response toResponse(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BackupException known) {
        return ours.toResponse(known);
      }
    }
    if (failure instanceof WebApplicationException web) {
      int status = web.getResponse().getStatus();
      ErrorCode code =
          status == Response.Status.NOT_FOUND.getStatusCode()
              ? ErrorCode.NOT_FOUND
              : ErrorCode.INVALID_VALUE;
      return ProblemWriter.response(
          BackupException.of(
              code,
              "what",
              "path",
              "id",
              uri.getPath(),
              "field",
              "request",
              "value",
              uri.getPath(),
              "expected",
              String.valueOf(web.getResponse().getStatusInfo().getReasonPhrase())),
          headers,
          status);
    }
    LOG.log(System.Logger.Level.ERROR, "Unexpected error of a REST call", failure);
    return ProblemWriter.response(
        BackupException.causedBy(
            failure, ErrorCode.INTERNAL_ERROR, "what", failure.getClass().getSimpleName()),
        headers,
        SERVER_ERROR);
  }
}
