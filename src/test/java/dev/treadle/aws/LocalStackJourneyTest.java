package dev.treadle.aws;

/** The journey on LocalStack. */
class LocalStackJourneyTest extends PricingJourney {
  @Override
  Cloud cloud() {
    return new Cloud(LocalStackCloud.clients(), LocalStackCloud.clients());
  }
}
