package dev.treadle.agents.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.tool.WebPage;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricePageTest {
  private static final Offer DESK = new Offer("Desk", "129.00", "EUR");

  @Test
  void microdataIsReadFromContentTextAndDataElements() {
    PriceList list =
        html(
            """
            <div itemscope itemtype="http://schema.org/Product">
              <b itemprop="name"> Desk\n </b>
              <div itemprop="brand" itemscope itemtype="https://schema.org/Brand">
                <i itemprop="name">Some brand</i></div>
              <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
                <meta itemprop="priceCurrency" content="EUR">
                <span itemprop="price" content="129.00">€ 129,–</span></div>
            </div>
            <div itemscope itemtype="https://schema.org/Product">
              <b itemprop="name">Lamp</b>
              <data itemprop="price" value="49.9">49,90</data>
              <meta itemprop="priceCurrency" content="USD">
            </div>
            """);
    assertThat(list.offers()).containsExactly(DESK, new Offer("Lamp", "49.9", "USD"));
    assertThat(list.problems()).isEmpty();
  }

  @Test
  void aBrandsNameBeforeTheProductsIsNotTheProductsName() {
    assertThat(
            html("""
            <div itemscope itemtype="https://schema.org/Product">
              <div itemprop="brand" itemscope><i itemprop="name">Brand</i></div>
              <b itemprop="name">Desk</b><b itemprop="price">129.00</b>
              <b itemprop="priceCurrency">EUR</b>
            </div>
            """)
                .offers())
        .containsExactly(DESK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'@type':'Product','name':'Desk','offers':{'price':'129.00','priceCurrency':'EUR'}}",
        "[{'@type':['Thing','Product'],'name':'Desk','offers':[{'price':'129.00','priceCurrency':'EUR'}]}]",
        "{'@graph':[{'@type':'WebSite'},{'@type':'ItemList','itemListElement':[{'item':"
            + "{'@type':'Product','name':'Desk','offers':{'price':'129.00','priceCurrency':'EUR'}}}]}]}"
      })
  void jsonLdIsReadInItsCommonShapes(String json) {
    String document = json.replace('\'', '"');
    assertThat(html("<script type=\"application/ld+json\">" + document + "</script>").offers())
        .containsExactly(DESK);
    assertThat(page("application/json", document).offers()).containsExactly(DESK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"129", "129.5", "100", "0.1", "123456789"})
  void aJsonNumberIsAPriceToo(String number) {
    String offer = "{\"price\":" + number + ",\"priceCurrency\":\"EUR\"}";
    String json = "{\"@type\":\"Product\",\"name\":\"Desk\",\"offers\":" + offer + "}";
    assertThat(page("application/json", json).offers())
        .containsExactly(new Offer("Desk", number, "EUR"));
  }

  @Test
  void missingPricesAreCountedWithTheFieldThatIsMissing() {
    assertThat(html(product("Desk", "129.00", "EUR") + product("Lamp", "", "EUR").repeat(3)))
        .satisfies(list -> {
          assertThat(list.offers()).containsExactly(DESK);
          assertThat(list.problems())
              .containsExactly(
                  "no price found for 3 of 4 products: itemprop=price is missing or empty");
        });
  }

  @Test
  void missingNamesAndCurrenciesAreCountedToo() {
    assertThat(html(product("", "1.00", "EUR") + product("Lamp", "2.00", "")).problems())
        .containsExactly(
            "no name found for 1 of 2 products: itemprop=name is missing or empty",
            "no currency found for 1 of 2 products: itemprop=priceCurrency is missing or empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.299,00",
        "1,299.00",
        "€ 12",
        "12 €",
        "12.",
        ".5",
        "1.299",
        "-3",
        "+3",
        "1e3",
        "0",
        "0.00",
        "free",
        "٣",
        "01",
        "9999999999"
      })
  void aPriceThatIsNoPlainDecimalIsAProblemAndNotAGuess(String price) {
    PriceList list = html(product("Desk", price, "EUR"));
    assertThat(list.offers()).isEmpty();
    assertThat(list.problems())
        .containsExactly(
            "the price of \"Desk\" is \"%s\", not a plain decimal above zero such as 1299.00"
                .formatted(price));
  }

  @Test
  void aCurrencySignIsAProblem() {
    assertThat(html(product("Desk", "129.00", "€")).problems())
        .containsExactly("the currency of \"Desk\" is \"€\", not three letters such as EUR");
  }

  @Test
  void aDuplicateWithTheSamePriceIsOneOffer() {
    PriceList list = html(product("Desk", "129.00", "EUR") + product("Desk", "129.0", "EUR"));
    assertThat(list.offers()).containsExactly(DESK);
    assertThat(list.problems()).isEmpty();
  }

  @Test
  void aDuplicateWithAnotherPriceIsAProblem() {
    PriceList list = html(product("Desk", "129.00", "EUR") + product("Desk", "99.00", "EUR"));
    assertThat(list.offers()).containsExactly(DESK);
    assertThat(list.problems())
        .containsExactly(
            "\"Desk\" is listed with two prices, 129.00 EUR and 99.00 EUR: the first is used");
  }

  @Test
  void aVeryLongNameIsAProblemThatIsShownShort() {
    PriceList list = html(product("x".repeat(100_000), "1.00", "EUR"));
    assertThat(list.offers()).isEmpty();
    assertThat(list.problems().getFirst()).hasSizeLessThan(200).contains("1 to 200 characters");
  }

  @Test
  void controlCharactersInANameAreAProblemAndAreNotRepeated() {
    String json =
        "{\"@type\":\"Product\",\"name\":\"De\\u0000sk\\u001b[2J\","
            + "\"offers\":{\"price\":1,\"priceCurrency\":\"EUR\"}}";
    PriceList list = page("application/json", json);
    assertThat(list.offers()).isEmpty();
    assertThat(list.problems()).hasSize(1);
    assertThat(list.problems().getFirst().chars()).noneMatch(Character::isISOControl);
  }

  @Test
  void aNulInHtmlIsAProblem() {
    PriceList list = html(product("De\u0000sk", "129.00", "EUR"));
    assertThat(list.offers()).allMatch(offer -> offer.product().chars().noneMatch(c -> c == 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n "})
  void anEmptyPageIsAProblem(String text) {
    assertThat(html(text).problems()).containsExactly("the page is empty");
  }

  @Test
  void aPageWithoutProductsIsAProblem() {
    assertThat(html("<h1>We moved</h1>").problems())
        .containsExactly(
            "no product found: neither schema.org microdata nor JSON-LD names a Product");
  }

  @Test
  void brokenJsonLdIsAProblem() {
    assertThat(html("<script type=\"application/ld+json\">{\"@type\":</script>").problems())
        .first()
        .asString()
        .startsWith("the page's JSON-LD is not JSON");
    assertThat(page("application/json", "[".repeat(100_000)).problems())
        .first()
        .asString()
        .startsWith("the page's JSON-LD is not JSON");
  }

  @Test
  void aHugePageIsCutWithAProblemThatSaysSo() {
    String many =
        IntStream.range(0, 400)
            .mapToObj(i -> product("Desk " + i, "1.00", "EUR"))
            .collect(Collectors.joining());
    assertThat(html(many).offers()).hasSize(300);
    assertThat(html(many).problems())
        .containsExactly("more than 300 products: the rest was left out");
  }

  @Test
  void manyProblemsAreCounted() {
    String many =
        IntStream.range(0, 100)
            .mapToObj(i -> product("Desk " + i, "€ 1", "EUR"))
            .collect(Collectors.joining());
    assertThat(html(many).problems()).hasSize(21).last().isEqualTo("and 80 more problems");
  }

  private static String product(String name, String price, String currency) {
    return """
    <div itemscope itemtype="https://schema.org/Product"><b itemprop="name">%s</b>
    <b itemprop="price">%s</b><b itemprop="priceCurrency">%s</b></div>
    """
        .formatted(name, price, currency);
  }

  private static PriceList html(String text) {
    return page("text/html", text);
  }

  private static PriceList page(String contentType, String text) {
    return PricePage.read(
        new ShopPage("alder", "https://alder.example/"),
        new WebPage.Fetched(
            200, contentType, text, "0".repeat(64), Instant.parse("2026-11-23T06:00:00Z")));
  }
}
