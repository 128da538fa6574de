package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.system.bed.Operator;
import io.holdfast.system.campaign.Campaign;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The random campaign of H3C CAS from a seed that is always the same; {@code holdfast campaign}
 * draws others.
 */
@ExtendWith(Bed.Shared.class)
class CampaignTest {
  private static final long SEED = 20_261_121;
  private static final int CASES = 200;

  @Test
  @Tag("CAS-01")
  @Tag("CAS-02")
  @Tag("CAS-05")
  @Tag("CAS-06")
  @Tag("CAS-07")
  @Tag("CAS-23")
  @Tag("SIM-07")
  void everyBackupIsSealedAndIdenticalOrRefusedForTheTablesReason(Bed bed)
      throws InterruptedException {
    Operator.Place place = bed.place();
    Path folder = Bed.ROOT.resolve("src-test/system/target/campaign");
    Bed.deleteRecursively(folder);
    Campaign campaign = new Campaign(Bed.ROOT, folder, bed.operator(), place, System.err::println);
    Campaign.Result result = campaign.run(SEED, CASES);
    assertEquals(List.of(), result.failures(), "seed " + SEED);
    assertTrue(result.cases() >= CASES && result.restored() > CASES / 4, result.toString());
  }
}
