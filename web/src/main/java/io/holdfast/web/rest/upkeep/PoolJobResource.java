package io.holdfast.web.rest.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.upkeep.PoolJob;
import io.holdfast.server.upkeep.PoolJobDamage;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobService;
import io.holdfast.server.upkeep.PoolJobWork;
import io.holdfast.web.rest.Languages;
import io.holdfast.web.rest.Paged;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /pool-jobs}: garbage collections and verifications (POOL-10). */
@Path("/pool-jobs")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PoolJobResource {
  @Inject private PoolJobService jobs;

  /** What a start takes: a pool, GARBAGE or VERIFY, and what is not to be as preset. */
  public record Start(String poolId, String kind, WorkWanted work) {}

  /**
   * A job; times are empty while there are none.
   *
   * @param result amounts by name once it has ended: of a garbage collection {@code freedBytes},
   *     {@code deadBytes}, {@code waitingPacks}, {@code waitingForSessions}…; of a verification
   *     {@code checkedBytes}, {@code damagedPlaces}, {@code hurtPoints}…
   * @param problem why it failed; empty when it did not
   */
  public record Entry(
      String id,
      String poolId,
      String poolName,
      String kind,
      String state,
      WorkWanted work,
      String startedBy,
      String createdAt,
      String startedAt,
      String endedAt,
      String phase,
      long done,
      long total,
      Map<String, String> result,
      String problem) {
    static Entry of(PoolJob job) {
      return new Entry(
          job.id().toString(),
          job.pool().value(),
          job.poolName(),
          job.kind().name(),
          job.state().name(),
          WorkWanted.of(job.work()),
          job.startedBy(),
          job.createdAt().toString(),
          job.startedAt().map(Instant::toString).orElse(""),
          job.endedAt().map(Instant::toString).orElse(""),
          job.phase(),
          job.done(),
          job.total(),
          job.result().values(),
          job.error().map(BackupException::getMessage).orElse(""));
    }
  }

  /** A damaged place, what is wrong there in the caller's language, and whom it hurts. */
  public record Damage(
      String file, long offset, String code, String what, List<String> restorePoints) {
    static Damage of(PoolJobDamage damage, Locale locale) {
      return new Damage(
          damage.file(),
          damage.offset(),
          damage.code(),
          damage.what(locale),
          damage.restorePoints());
    }
  }

  /** Newest first, also those that have ended. */
  @GET
  public Paged<Entry> list(
      @QueryParam("poolId") String poolId,
      @QueryParam("kind") String kind,
      @BeanParam Paged.Part part) {
    Optional<PoolJobKind> wanted =
        Optional.ofNullable(Required.choice("kind", kind, PoolJobKind.class, null));
    PageRequest page = part.request();
    return Paged.of(
        jobs.list(Optional.ofNullable(poolId).map(PoolId::new), wanted, page), Entry::of);
  }

  /** Starts a job; it is handed to the storage agent soon after this returns. */
  @POST
  public Entry start(Start start) {
    PoolId pool = new PoolId(Required.text("poolId", Required.body(start).poolId()));
    PoolJobKind kind =
        Required.value("kind", Required.choice("kind", start.kind(), PoolJobKind.class, null));
    return Entry.of(jobs.start(pool, kind, WorkWanted.checked(start.work(), PoolJobWork.preset())));
  }

  @GET
  @Path("/{id}")
  public Entry get(@PathParam("id") String id) {
    return Entry.of(jobs.get(Required.id("id", id)));
  }

  /** What a verification found. */
  @GET
  @Path("/{id}/damage")
  public Paged<Damage> damage(
      @PathParam("id") String id, @BeanParam Paged.Part part, @Context HttpHeaders headers) {
    Locale locale = Languages.of(headers);
    return Paged.of(
        jobs.damage(Required.id("id", id), part.request()), each -> Damage.of(each, locale));
  }

  /** Asks a job to end soon; what it has done stays done, and the next one goes on. */
  @POST
  @Path("/{id}/stop")
  public Entry stop(@PathParam("id") String id) {
    return Entry.of(jobs.stop(Required.id("id", id)));
  }
}
