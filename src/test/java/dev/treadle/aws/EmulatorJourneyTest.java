package dev.treadle.aws;

/** The journey on the two emulators, or where the properties of {@link Cloud} say. */
class EmulatorJourneyTest extends PricingJourney {
  @Override
  Cloud cloud() {
    return new Cloud(Cloud.usualTables(), Cloud.usualQueues());
  }
}
