using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class What_a_manifest_may_be(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task What_authors_write_is_installed_and_shown_as_it_is_written()
    {
        var repository = await Platform.CreatePluginAsync(
            "written",
            version: "1.10",
            manifest: "description: first\ndescription: last\nplugin_format_version: 1.0\ndepends:\ndebian_depends: ['git, awk']");

        AssertCompleted(await Platform.Client.InstallAsync(repository));

        var plugin = await Platform.Client.GetAsync("/0.2/plugins/acceptance/written");
        var expected = JsonNode.Parse("""
            {"namespace": "acceptance", "name": "written", "version": "1.10", "description": "last", "plugin_format_version": 1.0,
             "depends": null, "debian_depends": ["git, awk"]}
            """);
        Assert.True(JsonNode.DeepEquals(expected, plugin), plugin.ToJsonString());
        Assert.Equal("1.10", await Platform.InstalledVersionAsync(repository.Package));
        Assert.Contains("Depends: git, awk\n", await Shell.RunAsync("dpkg", "--status", repository.Package));
    }

    [Fact]
    public async Task A_link_inside_the_repository_is_installed_as_a_file()
    {
        var repository = await Platform.CreatePluginAsync("linked");
        var manifest = Path.Join(repository.Path, "wazo", "plugin.yml");
        File.Move(manifest, Path.Join(repository.Path, "plugin.yml"));
        File.CreateSymbolicLink(manifest, "../plugin.yml");
        await repository.GitAsync("add", "--all");
        await repository.GitAsync("-c", "user.name=acceptance", "-c", "user.email=acceptance@localhost", "commit", "--quiet", "--message", "linked");

        AssertCompleted(await Platform.Client.InstallAsync(repository));

        Assert.Equal("linked", (await Platform.Client.GetAsync("/0.2/plugins/acceptance/linked"))["name"]!.GetValue<string>());
        Assert.Null(new FileInfo("/usr/lib/wazo-plugind/plugins/acceptance/linked/wazo/plugin.yml").LinkTarget);
    }
}
