package io.holdfast.web.rest.problem;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.security.CurrentCaller;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Errors of the product: the kind decides the status; nobody logged in is 401 and not 403. */
@Provider
public class BackupExceptionMapper implements ExceptionMapper<BackupException> {
  @Context private HttpHeaders headers;
  @Inject private CurrentCaller caller;

  @Override
  public Response toResponse(BackupException error) {
    boolean nobody = error.code() == ErrorCode.FORBIDDEN && caller.get().userId().isEmpty();
    boolean login = nobody || error.code() == ErrorCode.LOGIN_FAILED;
    int status = login ? Response.Status.UNAUTHORIZED.getStatusCode() : error.kind().httpStatus();
    return ProblemWriter.response(error, headers, status);
  }
}
