using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Requests;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Requests;

public sealed class CommandSchemaTests
{
    private const string Hash = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    [Theory]
    [InlineData("""{"method": "git", "options": {"url": "u", "ref": "r", "sha256": 5, "version": 6}}""", "u|r|||||")]
    [InlineData("""{"method": "archive", "options": {"url": "u", "sha256": "HASH", "subdirectory": "s", "ref": 7}}""", "u||HASH|s|||")]
    [InlineData("""{"method": "market", "options": {"namespace": "x", "name": "a", "version": "", "url": "u"}}""", "||||x|a|")]
    public void Only_the_options_of_the_method_count(string body, string options)
    {
        var command = JsonNode.Parse(body.Replace("HASH", Hash, StringComparison.Ordinal))!.AsObject();

        Assert.Null(CommandSchema.CheckInstallation(command));
        Assert.Equal(options.Replace("HASH", Hash, StringComparison.Ordinal), Text(CommandSchema.OptionsOf(command)));
    }

    [Theory]
    [InlineData("""{"method": "archive", "options": {"url": "u"}}""", "sha256", "required")]
    [InlineData("""{"method": "archive", "options": {"sha256": "HASH"}}""", "url", "required")]
    [InlineData("""{"method": "archive", "options": {"url": "u", "sha256": "HASH\n"}}""", "sha256", "regex")]
    [InlineData("""{"method": "archive", "options": {"url": "u", "sha256": "HASHa"}}""", "sha256", "regex")]
    [InlineData("""{"method": "git", "options": {}}""", "url", "required")]
    [InlineData("""{"method": "market", "options": {"name": "a"}}""", "namespace", "required")]
    public void What_a_method_needs_is_asked_for(string body, string option, string constraint)
    {
        var errors = CommandSchema.CheckInstallation(JsonNode.Parse(body.Replace("HASH", Hash, StringComparison.Ordinal))!.AsObject());

        Assert.Equal(constraint, errors!["options"]![option]!["constraint_id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("git", "url", "https://host/a\nb", "regex")]
    [InlineData("git", "url", "https://host/\u0085", "regex")]
    [InlineData("git", "ref", "master\r", "regex")]
    [InlineData("git", "subdirectory", "a\0", "regex")]
    [InlineData("archive", "url", "\tfile:///a.zip", "regex")]
    [InlineData("archive", "subdirectory", "a\u007f", "regex")]
    [InlineData("market", "namespace", "a\n", "regex")]
    [InlineData("market", "name", "a\u001b[2J", "regex")]
    [InlineData("market", "version", "1\nDepends: b", "regex")]
    [InlineData("git", "url", "LONG", "length")]
    [InlineData("archive", "url", "LONG", "length")]
    public void What_is_no_line_or_too_long_is_refused(string method, string option, string value, string constraint)
    {
        var options = new JsonObject { ["url"] = "u", ["sha256"] = Hash, ["namespace"] = "x", ["name"] = "a" };
        options[option] = value.Replace("LONG", new string('u', SourceUrl.MaxLength + 1), StringComparison.Ordinal);

        var errors = CommandSchema.CheckInstallation(new JsonObject { ["method"] = method, ["options"] = options });

        var (field, error) = Assert.Single(errors!["options"]!.AsObject());
        Assert.Equal((option, constraint), (field, error!["constraint_id"]!.GetValue<string>()));
    }

    [Fact]
    public void A_url_may_be_as_long_as_one_is_read()
    {
        var options = new JsonObject { ["url"] = new string('u', SourceUrl.MaxLength) };

        Assert.Null(CommandSchema.CheckInstallation(new JsonObject { ["method"] = "git", ["options"] = options }));
    }

    [Theory]
    [InlineData("namespace")]
    [InlineData("name")]
    public void A_plugin_is_named_on_one_line(string field)
    {
        var command = new JsonObject { ["namespace"] = "x", ["name"] = "a" };
        command[field] = "a\nb";

        Assert.Equal("regex", CommandSchema.CheckPlugin(command)![field]!["constraint_id"]!.GetValue<string>());
    }

    [Fact]
    public void A_method_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var errors = CommandSchema.CheckInstallation(new JsonObject { ["method"] = "svn", ["options"] = new JsonObject() });

        Assert.Equal("Must be one of: git, market, archive.", errors!["method"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"options": {"url": "u", "ref": "r", "subdirectory": "s", "sha256": "HASH"}}""", null)]
    [InlineData("""{"options": {"sha256": "x"}}""", "regex")]
    [InlineData("""{"options": {"ref": ""}}""", "length")]
    [InlineData("""{"options": {"ref": "a\nb"}}""", "regex")]
    [InlineData("""{"options": {"url": "a\nb"}}""", "regex")]
    public void An_update_may_say_what_a_source_takes(string body, string? constraint)
    {
        var errors = CommandSchema.CheckVersion(JsonNode.Parse(body.Replace("HASH", Hash, StringComparison.Ordinal))!.AsObject());

        Assert.Equal(constraint, errors?["options"]?.AsObject().Single().Value?["constraint_id"]?.GetValue<string>());
    }

    private static string Text(InstallOptions options) => string.Join(
        '|', options.Url, options.Ref, options.Sha256, options.Subdirectory, options.Namespace, options.Name, options.Version);
}
