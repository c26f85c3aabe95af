using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Debian.Database;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Tests.Installed;

public sealed class InstalledPluginsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void List_is_in_the_order_of_package_names_and_leaves_out_what_is_no_plugin()
    {
        var plugins = Create(
            Package("wazo-plugind-b-x"), Package("wazo-plugind-a-b-x"), Package("wazo-plugind-other-x", section: "utils"),
            Package("wazo-plugind-gone-x", status: "deinstall ok config-files"), Package("wazo-plugind-unreadable-x"),
            Package("wazo-plugind-absent-x"));
        foreach (var name in (string[])["b", "a-b", "other", "gone"])
            _directory.Write($"x/{name}/wazo/plugin.yml", $"name: {name}");
        _directory.Write("x/unreadable/wazo/plugin.yml", "name: [");

        Assert.Equal(["a-b", "b"], plugins.List().Select(plugin => plugin.Name));
    }

    [Fact]
    public void Find_gives_the_manifest_as_it_is_now()
    {
        var plugins = Create(Package("wazo-plugind-b-x"));
        _directory.Write("x/b/wazo/plugin.yml", "name: b");
        Assert.Equal("""{"name":"b"}""", Encoding.UTF8.GetString(plugins.Find("x", "b")!.Manifest.Span));

        _directory.Write("x/b/wazo/plugin.yml", "name: changed");

        Assert.Equal("""{"name":"changed"}""", Encoding.UTF8.GetString(plugins.Find("x", "b")!.Manifest.Span));
    }

    // The replaced service installed what PyYAML takes, and no provenance.
    [Fact]
    public void A_plugin_that_the_replaced_service_installed_is_shown()
    {
        var plugins = Create(Package("wazo-plugind-b-x"));
        _directory.Write("x/b/wazo/plugin.yml", "\uFEFFname: a\nname: b\nversion: 1.10\ndepends:\nextra: {a: 1, a: 2}");

        Assert.Equal("""{"name":"b","version":"1.10","depends":null,"extra":{"a":2}}""", Encoding.UTF8.GetString(plugins.List()[0].Manifest.Span));
    }

    [Fact]
    public void List_is_the_same_until_dpkg_changes_something_or_a_second_has_passed()
    {
        var plugins = Create(Package("wazo-plugind-b-x"));
        _directory.Write("x/b/wazo/plugin.yml", "name: b");
        _directory.Write("x/c/wazo/plugin.yml", "name: c");
        var first = plugins.List();

        _directory.Write("x/b/wazo/plugin.yml", "name: changed");
        Assert.Same(first, plugins.List());
        _directory.Write("status", Package("wazo-plugind-b-x") + Package("wazo-plugind-c-x"));
        Assert.Equal(["b", "c"], plugins.List().Select(plugin => plugin.Name));

        _directory.Write("x/b/wazo/plugin.yml", "name: changed again");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("""{"name":"changed again"}""", Encoding.UTF8.GetString(plugins.List()[0].Manifest.Span));
        var last = plugins.List();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(last, plugins.List());
    }

    [Theory]
    [InlineData("x", "nothing")]
    [InlineData("..", "b")]
    [InlineData("", "")]
    [InlineData("../..", "etc/passwd")]
    public void Find_what_is_not_installed_gives_nothing(string pluginNamespace, string name) =>
        Assert.Null(Create(Package("wazo-plugind-b-x")).Find(pluginNamespace, name));

    private static string Package(string name, string status = "install ok installed", string section = "wazo-plugind-plugin") =>
        $"Package: {name}\nStatus: {status}\nSection: {section}\nVersion: 1.0\n\n";

    private InstalledPlugins Create(params string[] packages)
    {
        foreach (var name in (string[])["b", "a-b", "other", "gone", "unreadable", "absent", "c"])
            _directory.Write($"info/wazo-plugind-{name}-x.list", $"/.\n{_directory.Path}/x/{name}/wazo/plugin.yml\n");
        var configuration = new PlugindConfiguration { MetadataDir = _directory.Path };
        var dpkg = new DpkgStatus(_directory.Write("status", string.Concat(packages)));
        return new InstalledPlugins(
            configuration, dpkg, new PluginPackages(configuration, dpkg), _time, NullLogger<InstalledPlugins>.Instance);
    }
}
