package io.holdfast.web.rest.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobPlan;
import io.holdfast.server.upkeep.PoolJobService;
import io.holdfast.web.rest.Required;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code /pool-plans}: when pool jobs run by themselves (POOL-10). */
@Path("/pool-plans/{pool}")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class PoolPlanResource {
  @Inject private PoolJobService jobs;

  /**
   * A plan; what is left out of a change keeps its preset.
   *
   * @param weekdays 1 Monday … 7 Sunday; none: every day
   * @param time hours and minutes by the server's clock, as 03:00
   */
  public record Plan(Boolean enabled, List<Integer> weekdays, String time, WorkWanted work) {
    static Plan of(PoolJobPlan.Settings settings) {
      return new Plan(
          settings.enabled(),
          settings.weekdays().stream().map(DayOfWeek::getValue).sorted().toList(),
          LocalTime.ofSecondOfDay(settings.minuteOfDay() * 60L).toString(),
          WorkWanted.of(settings.work()));
    }

    PoolJobPlan.Settings over(PoolJobPlan.Settings preset) {
      return new PoolJobPlan.Settings(
          enabled == null ? preset.enabled() : enabled,
          weekdays == null ? preset.weekdays() : days(weekdays),
          time == null ? preset.minuteOfDay() : minute(time),
          WorkWanted.checked(work, preset.work()));
    }

    private static Set<DayOfWeek> days(List<Integer> numbers) {
      Set<DayOfWeek> days = new TreeSet<>();
      for (Integer number : numbers) {
        if (number == null || number < 1 || number > 7) {
          throw invalid("weekdays", String.valueOf(number), "1…7");
        }
        days.add(DayOfWeek.of(number));
      }
      return days;
    }

    private static int minute(String text) {
      try {
        return LocalTime.parse(text).toSecondOfDay() / 60;
      } catch (DateTimeParseException wrong) {
        throw invalid("time", text, "hh:mm");
      }
    }

    private static BackupException invalid(String field, String value, String expected) {
      return BackupException.of(
          ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
    }
  }

  @GET
  @Path("/garbage")
  public Plan garbage(@PathParam("pool") String pool) {
    return Plan.of(jobs.plan(new PoolId(pool), PoolJobKind.GARBAGE));
  }

  @PUT
  @Path("/garbage")
  public Plan planGarbage(@PathParam("pool") String pool, Plan plan) {
    return set(pool, PoolJobKind.GARBAGE, plan);
  }

  @GET
  @Path("/verify")
  public Plan verify(@PathParam("pool") String pool) {
    return Plan.of(jobs.plan(new PoolId(pool), PoolJobKind.VERIFY));
  }

  @PUT
  @Path("/verify")
  public Plan planVerify(@PathParam("pool") String pool, Plan plan) {
    return set(pool, PoolJobKind.VERIFY, plan);
  }

  private Plan set(String pool, PoolJobKind kind, Plan plan) {
    Plan wanted = Required.body(plan);
    return Plan.of(jobs.define(new PoolId(pool), kind, wanted::over));
  }
}
