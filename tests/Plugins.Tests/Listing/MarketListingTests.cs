using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Listing;

namespace WazoPlugind.Plugins.Tests.Listing;

public sealed class MarketListingTests
{
    private const string Items = """
        {"namespace": "b", "name": "téléphonie", "display_name": "ÉTOILE", "tags": ["Réseau", "voice"], "rank": 2, "secret": "kept inside",
         "versions": [{"version": "2.0", "min_wazo_version": "18.01", "options": {"url": "u"}}, {"version": "1.0"}]},
        {"namespace": "a", "name": "zulu", "rank": 10, "tags": ["voice"], "versions": [{"version": 1.10}, {"version": "1.9"}]},
        {"namespace": "a", "name": "alpha", "rank": 1, "versions": "none"},
        {"name": "without a namespace"}, "not an object", {"namespace": "x", "name": "five", "versions": [7, null]}, {"namespace": "x", "name": 6},
        {"namespace": "x", "name": "half \ud800"}, {"namespace": "x", "name": "inside", "versions": [{"options": {"url": "\udc00"}}]}
        """;

    [Theory]
    [InlineData("telephonie", "téléphonie")]
    [InlineData("TÉLÉ", "téléphonie")]
    [InlineData("etoile", "téléphonie")]
    [InlineData("RESEAU", "téléphonie")]
    [InlineData("kept", "téléphonie")]
    [InlineData("voice", "téléphonie,zulu")]
    [InlineData("10", "zulu")]
    [InlineData("nothing like it", "")]
    public void Query_searches_every_field_and_list_without_regard_to_case_and_accents(string search, string expected) =>
        Assert.Equal(expected, Names(new MarketQuery { Search = search }));

    [Theory]
    [InlineData("name", false, "alpha,five,téléphonie,zulu")]
    [InlineData("name", true, "zulu,téléphonie,five,alpha")]
    [InlineData("rank", false, "alpha,téléphonie,zulu,five")]
    [InlineData("rank", true, "five,zulu,téléphonie,alpha")]
    [InlineData("namespace", false, "zulu,alpha,téléphonie,five")]
    [InlineData("tags", false, "téléphonie,zulu,alpha,five")]
    [InlineData("nokey", true, "téléphonie,zulu,alpha,five")]
    public void Query_sorts_by_any_field_with_what_lacks_it_last_and_equals_in_the_markets_order(string order, bool descending, string expected) =>
        Assert.Equal(expected, Names(new MarketQuery { Order = order, Descending = descending }));

    [Theory]
    [InlineData("installed_version")]
    [InlineData("versions")]
    public void Query_by_values_without_an_order_is_refused(string order) =>
        Assert.Null(Create().Query(new MarketQuery { Order = order }));

    [Theory]
    [InlineData("name", "zulu", "zulu")]
    [InlineData("name", "zul", "")]
    [InlineData("rank", "10", "zulu")]
    [InlineData("secret", "kept inside", "téléphonie")]
    [InlineData("installed_version", "1.9", "zulu")]
    [InlineData("nokey", "", "")]
    public void Query_takes_any_field_as_an_exact_condition(string field, string value, string expected) =>
        Assert.Equal(expected, Names(new MarketQuery { Fields = new Dictionary<string, string> { [field] = value } }));

    [Fact]
    public void Query_tells_what_is_installed()
    {
        Assert.Equal("zulu", Names(new MarketQuery { Installed = true }));
        Assert.Equal("alpha,five,téléphonie", Names(new MarketQuery { Installed = false }));
        Assert.Equal("zulu", Names(new MarketQuery { Search = "1.9" }));
    }

    [Theory]
    [InlineData(0, 0, 4)]
    [InlineData(0, 2, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(long.MaxValue, long.MaxValue, 0)]
    public void Query_gives_pages(long offset, long limit, int expected)
    {
        var page = Create().Query(new MarketQuery { Offset = offset, Limit = limit })!;

        Assert.Equal((expected, 4, 4), (page.Items.Count, page.Total, page.Filtered));
    }

    [Fact]
    public void An_item_of_the_list_has_the_documented_fields_only()
    {
        var item = JsonNode.Parse(Create().Query(new MarketQuery { Search = "etoile" })!.Items.Single().Span)!;

        Assert.Equal(
            """{"namespace":"b","name":"téléphonie","display_name":"ÉTOILE","tags":["Réseau","voice"],"versions":[{"version":"2.0","upgradable":false},{"version":"1.0","upgradable":true}],"installed_version":null}""",
            Text(item));
    }

    [Fact]
    public void A_single_item_is_whole()
    {
        var item = JsonNode.Parse(Create().Find("b", "téléphonie"))!;

        Assert.Equal("kept inside", item["secret"]!.GetValue<string>());
        Assert.Equal(
            """[{"version":"2.0","min_wazo_version":"18.01","options":{"url":"u"},"upgradable":false},{"version":"1.0","upgradable":true}]""",
            Text(item["versions"]!));
        Assert.Null(Create().Find("a", "nothing"));
    }

    [Fact]
    public void A_version_is_upgradable_when_it_is_newer_than_what_is_installed()
    {
        var item = JsonNode.Parse(Create().Find("a", "zulu"))!;

        Assert.Equal("1.9", item["installed_version"]!.GetValue<string>());
        Assert.Equal([true, false], item["versions"]!.AsArray().Select(version => version!["upgradable"]!.GetValue<bool>()));
    }

    private static string Text(JsonNode node) =>
        node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static string Names(MarketQuery query) => string.Join(
        ",", Create().Query(query)!.Items.Select(item => JsonNode.Parse(item.Span)!["name"]!.ToString()));

    private static MarketListing Create() => new(
        MarketCatalog.Parse(Encoding.UTF8.GetBytes($$"""{"items": [{{Items}}]}""")),
        [new InstalledPlugin("a", "zulu", "1.9", "wazo-plugind-zulu-a", default), new InstalledPlugin("a", "other", "1", "p", default)],
        "17.10");
}
