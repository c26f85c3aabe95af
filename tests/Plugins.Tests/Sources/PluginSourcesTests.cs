using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources;

public sealed class PluginSourcesTests
{
    private static readonly InstallOptions Git = new() { Url = "https://git/a", Ref = "1.0", Subdirectory = "s" };

    private static readonly InstallOptions Archive = new() { Url = "https://files/a.zip", Sha256 = new('a', 64) };

    [Theory]
    // From where it came.
    [InlineData("git", "git", null, "", "git https://git/a 1.0 s ")]
    [InlineData("archive", "archive", null, "", "archive https://files/a.zip   aaa")]
    [InlineData("market", "git", null, "", "market x/a ")]
    [InlineData("market", "archive", null, "", "market x/a ")]
    [InlineData(null, null, null, "", "market x/a ")]
    // A version is the market's, unless options say otherwise.
    [InlineData("git", "git", "2.0", "", "market x/a 2.0")]
    [InlineData("archive", "archive", "2.0", "", "market x/a 2.0")]
    [InlineData("market", "git", "2.0", "", "market x/a 2.0")]
    [InlineData("git", "git", "2.0", "ref", "git https://git/a new s ")]
    // Options replace those of then, where the source takes them.
    [InlineData("git", "git", null, "ref", "git https://git/a new s ")]
    [InlineData("git", "git", null, "url", "git new 1.0 s ")]
    [InlineData("market", "git", null, "ref", "git https://git/a new s ")]
    [InlineData("market", "git", null, "url", "git new 1.0 s ")]
    [InlineData("archive", "archive", null, "url", "archive new   aaa")]
    [InlineData("archive", "archive", null, "url sha256", "archive new   new")]
    [InlineData("market", "archive", null, "subdirectory", "archive https://files/a.zip  new aaa")]
    [InlineData("git", "git", null, "url sha256", "archive new   new")]
    [InlineData("archive", "archive", null, "ref url", "git new new  ")]
    [InlineData(null, null, null, "url", "git new   ")]
    [InlineData(null, null, null, "url sha256", "archive new   new")]
    public void An_update_comes_from_where_most_of_what_is_wanted_can_be_had(
        string? method, string? source, string? version, string wanted, string expected)
    {
        var installed = method is null ? null : new Provenance
        {
            Method = method,
            Source = new PluginOrigin(source!, source == "git" ? Git : Archive),
            Revision = "r",
            Version = "1.0",
            Operation = Guid.Empty,
            BuiltAt = DateTimeOffset.UnixEpoch,
        };

        var found = PluginSources.ForUpdate(new PluginReference("x", "a", version), Wanted(wanted), installed);

        Assert.Equal(expected, Text(found));
        Assert.Null(PluginSources.ProblemOf(found));
    }

    [Theory]
    [InlineData("ref", "from which git repository")]
    [InlineData("sha256", "from which archive")]
    public void What_nobody_knows_has_to_be_said(string wanted, string problem) => Assert.Contains(
        problem, PluginSources.ProblemOf(PluginSources.ForUpdate(new PluginReference("x", "a"), Wanted(wanted), installed: null)));

    [Theory]
    [InlineData("git", """{"ref":"master","subdirectory":null,"url":"https://h/a"}""", """{"url":"https://h/a"}""")]
    [InlineData("archive", """{"sha256":"5","subdirectory":null,"url":"https://h/a"}""", """{"url":"https://h/a","sha256":"5"}""")]
    [InlineData("market", """{"namespace":"x","name":"a"}""", """{"namespace":"x","name":"a"}""")]
    [InlineData("none", "{}", "{}")]
    public void Options_are_shown_and_kept_without_secrets_and_without_those_of_others(string method, string shown, string stored)
    {
        var options = new InstallOptions { Url = "https://me:secret@h/a", Sha256 = "5", Namespace = "x", Name = "a" };

        Assert.Equal(shown, PluginSources.Shown(new PluginOrigin(method, options), chosen: null).ToJsonString());
        Assert.Equal(stored, PluginSources.Stored(method, options).ToJsonString());
    }

    [Fact]
    public void What_a_catalog_has_chosen_is_shown_beside_what_was_asked_for()
    {
        var wanted = new PluginOrigin("market", new InstallOptions { Namespace = "x", Name = "a" });
        var chosen = new PluginOrigin("git", new InstallOptions { Url = "https://me:secret@h/a", Ref = "v1" });

        Assert.Equal(
            """{"namespace":"x","name":"a","ref":"v1","subdirectory":null,"url":"https://h/a"}""", PluginSources.Shown(wanted, chosen).ToJsonString());
        Assert.Equal("""{"ref":"v1","subdirectory":null,"url":"https://h/a"}""", PluginSources.Shown(chosen, chosen).ToJsonString());
    }

    [Fact]
    public void A_name_alone_is_looked_up_in_the_market()
    {
        var (method, options) = PluginSources.ByName(new PluginReference("x", "a", "1.0"));

        Assert.Equal(("market", "x", "a", "1.0"), (method, options.Namespace, options.Name, options.Version));
        Assert.Equal(new PluginReference("x", "a", "1.0"), PluginSources.Find(method)!.PluginOf(options));
    }

    private static InstallOptions Wanted(string keys) => new()
    {
        Url = keys.Contains("url") ? "new" : null,
        Ref = keys.Contains("ref") ? "new" : null,
        Sha256 = keys.Contains("sha256") ? "new" : null,
        Subdirectory = keys.Contains("subdirectory") ? "new" : null,
    };

    private static string Text(PluginOrigin origin) => origin.Options is { Namespace: { } pluginNamespace } options
        ? $"{origin.Method} {pluginNamespace}/{options.Name} {options.Version}"
        : $"{origin.Method} {origin.Options.Url} {origin.Options.Ref} {origin.Options.Subdirectory} {(origin.Options.Sha256 is { } hash ? hash[..3] : "")}";
}
