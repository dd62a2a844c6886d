package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NoiseTest {
  private static void same(String one, String other) {
    Noise.Filter noise = Noise.USUAL.filter();
    assertThat(noise.quiet(one)).as("%s | %s", one, other).isEqualTo(noise.quiet(other));
  }

  private static void different(String one, String other) {
    Noise.Filter noise = Noise.USUAL.filter();
    assertThat(noise.quiet(one)).as("%s | %s", one, other).isNotEqualTo(noise.quiet(other));
  }

  @Test
  void aStaleTextIsNotHiddenByWhatChangesInEveryRun() {
    same("Prices of 2026-03-01", "Prices of 2026-03-02");
    same("as of 2026-03-01T07:00:03.120Z", "as of 2026-03-02T07:01:59Z");
    same("as of 2026-03-01 07:00 for you", "as of 2026-03-02 07:31 for you");
    same("slot 20260301T070000", "slot 20260302T070000");
    same("Prices of 1 March 2026", "Prices of 22 March 2026");
    same("Prices of March 1st, 2026", "Prices of Sept. 22nd, 2026");
    same("Stand 01.03.2026", "Stand 22.03.2026");
    same("due 03/01/2026", "due 03/22/2026");
    same("Monday's report", "Thursday's report");
    same("Mon, 2 Mar 2026 07:00:00 GMT", "Tue, 3 Mar 2026 07:00:01 GMT");
    same("checked at 7:00 AM", "checked at 11:59 PM");
    same("id 0b6c1f1e-7d4c-4c59-9d5b-0e9f6a1d2c3b.", "id 9f6a1d2c-1f1e-4c59-9d5b-7d4c0b6c3b0e.");
    same("ref 01ARZ3NDEKTSV4RRFFQ69G5FAV", "ref 01BX5ZZKBKACTAV9WEVGEMMVRZ");
    same("etag 9e107d9d372bb6826bd81d3542a419d6", "etag e4d909c290d0fb1ca068ffaddf22cbd0");
    same("at 1767225600", "at 1767312000");
    same("fetched 3 minutes ago", "fetched 59 seconds ago");
    same("unchanged for 3 days", "unchanged for 21 days");
    same("Report #17: all well", "Report #18: all well");
    same("two  spaces\nand a line", "two spaces and a line");
  }

  @Test
  void aFreshTextIsNotTakenForAStaleOne() {
    different("Oak desk 429.00 EUR", "Oak desk 419.00 EUR");
    different("3 changes", "4 changes");
    different("revenue 1,250,000", "revenue 1,260,000");
    different("+3.2 %", "-3.2 %");
    different("version 1.2.3", "version 1.2.4");
    different("order 4711 is late", "order 4712 is late");
    different("flat 12, floor 3", "flat 12, floor 4");
    different("Ann may sign", "Ben may sign");
    different("delivery in 3 days", "delivery in 9 days");
    different("5 of 6 found", "6 of 6 found");
  }

  @Test
  void anAgentAddsItsOwnNoise() {
    Noise noise = Noise.USUAL.and("ticket T-\\d+").andField("batch");
    assertThat(noise.filter().quiet("see ticket T-9"))
        .isEqualTo(noise.filter().quiet("see ticket T-10"));
    assertThat(noise.filter().isNoise("batch")).isTrue();
    assertThat(noise.filter().isNoise("price")).isFalse();
    different("see ticket T-9", "see ticket T-10");
  }

  @Test
  void aPatternThatCannotWorkIsRefusedByName() {
    assertThatThrownBy(() -> Noise.NONE.and("("))
        .hasMessageContaining("( is no regular expression");
    assertThatThrownBy(() -> Noise.NONE.and("x*")).hasMessageContaining("matches an empty text");
  }
}
