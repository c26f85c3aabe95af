using System.Text.Json.Nodes;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Tests.Manifest;

public sealed class ManifestValidatorTests
{
    private const string Minimal = "namespace: a\nname: b\nversion: 1.10\n";

    [Fact]
    public void A_minimal_manifest_is_valid_and_its_version_is_the_text_that_was_written()
    {
        var manifest = Validate(Minimal, out var errors);

        Assert.Empty(errors);
        Assert.Equal(("a", "b", "1.10", 0), (manifest!.Plugin.Namespace, manifest.Plugin.Name, manifest.Plugin.Version, manifest.FormatVersion));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("'2'", 2)]
    [InlineData("1.0", 1)]
    [InlineData("2.", 2)]
    public void Formats_up_to_two_are_valid(string written, int format) =>
        Assert.Equal(format, Validate(Minimal + $"plugin_format_version: {written}", out _)!.FormatVersion);

    [Theory]
    [InlineData("depends:")]
    [InlineData("debian_depends:")]
    [InlineData("depends: ~\ndebian_depends: []")]
    public void Dependencies_of_no_value_are_none(string yaml)
    {
        var manifest = Validate(Minimal + yaml, out var errors);

        Assert.Empty(errors);
        Assert.Empty(manifest!.Depends);
        Assert.Empty(manifest.DebianDepends);
    }

    [Fact]
    public void Several_debian_dependencies_may_be_one_item()
    {
        var manifest = Validate(Minimal + "debian_depends: ['git, curl (>= 7) | wget', tig]", out var errors);

        Assert.Empty(errors);
        Assert.Equal(["git", "curl (>= 7) | wget", "tig"], manifest!.DebianDepends);
    }

    [Fact]
    public void The_last_of_equal_keys_counts()
    {
        var manifest = Validate(Minimal + "depends: [{namespace: c, name: d, name: e}]\nname: f", out var errors);

        Assert.Empty(errors);
        Assert.Equal(("f", "e"), (manifest!.Plugin.Name, manifest.Depends[0].Name));
    }

    [Theory]
    [InlineData(1, 228, 7, null)]
    [InlineData(228, 1, 7, null)]
    [InlineData(100, 100, 36, null)]
    [InlineData(1, 229, 1, "name: 228")]
    [InlineData(229, 1, 1, "namespace: 228")]
    [InlineData(115, 115, 1, "name: 114")]
    [InlineData(244, 1, 1, "namespace: 243")]
    [InlineData(100, 100, 37, "version: 36")]
    [InlineData(1, 300, 300, "name: 243")]
    public void Names_are_as_long_as_file_names_allow(int ofNamespace, int ofName, int ofVersion, string? expected)
    {
        Validate($"namespace: {new string('a', ofNamespace)}\nname: {new string('b', ofName)}\nversion: '{new string('1', ofVersion)}'", out var errors);

        Assert.Equal(expected, errors.Select(error => $"{error.Key}: {error.Value!["constraint"]!["max"]}").FirstOrDefault());
    }

    [Fact]
    public void Dependencies_are_read()
    {
        var manifest = Validate(
            Minimal + "depends: [{namespace: c, name: d, version: 2.0}]\ndebian_depends: [tig, 'libfoo (>= 1.2) | bar']", out var errors);

        Assert.Empty(errors);
        Assert.Equal(("c", "d", "2.0"), (manifest!.Depends[0].Namespace, manifest.Depends[0].Name, manifest.Depends[0].Version));
        Assert.Equal(["tig", "libfoo (>= 1.2) | bar"], manifest.DebianDepends);
    }

    [Theory]
    [InlineData("namespace: a\nname: b", "version", "required")]
    [InlineData("namespace: a\nname: b\nversion:", "version", "not_null")]
    [InlineData("namespace: a\nname: b\nversion: [1]", "version", "type")]
    [InlineData("namespace: a\nname: b\nversion: \"1.0\\nDepends: evil\"", "version", "regex")]
    [InlineData("namespace: a\nname: b\nversion: 1.0 beta", "version", "regex")]
    [InlineData("namespace: a\nname: b\nversion: v1", "version", "regex")]
    [InlineData("namespace: a\nname: \"b\\n\"\nversion: 1", "name", "regex")]
    [InlineData("namespace: \"a\\n\"\nname: b\nversion: 1", "namespace", "regex")]
    [InlineData("namespace: a\nname: ../b\nversion: 1", "name", "regex")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version: 3", "plugin_format_version", "range")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version: x", "plugin_format_version", "type")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version: 1.5", "plugin_format_version", "type")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version: '1.0'", "plugin_format_version", "type")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version:", "plugin_format_version", "not_null")]
    [InlineData("namespace: a\nname: b\nversion: 1\nplugin_format_version: 3.0", "plugin_format_version", "range")]
    [InlineData("namespace: a\nname: b\nversion: 1\ndepends: x", "depends", "type")]
    [InlineData("namespace: a\nname: b\nversion: 1\ndebian_depends: {}", "debian_depends", "type")]
    [InlineData("namespace: a\nname: b\nversion: 1\nmin_wazo_version: 17.11", "min_wazo_version", "range")]
    [InlineData("namespace: a\nname: b\nversion: 1\nmax_wazo_version: 17.9", "max_wazo_version", "range")]
    public void A_wrong_field_is_named_with_its_constraint(string yaml, string field, string constraint)
    {
        Assert.Null(Validate(yaml, out var errors));
        Assert.Equal(constraint, errors[field]!["constraint_id"]!.GetValue<string>());
        Assert.Single(errors);
    }

    [Theory]
    [InlineData("depends: [x]", "depends", "0", "type")]
    [InlineData("depends: [{name: b}]", "depends", "0", "namespace")]
    [InlineData("debian_depends: [tig, \"tig\\nMaintainer: evil\"]", "debian_depends", "1", "debian_dependency")]
    [InlineData("debian_depends: [\"tig,\\ngit\"]", "debian_depends", "0", "debian_dependency")]
    [InlineData("debian_depends: ['tig, Evil']", "debian_depends", "0", "debian_dependency")]
    [InlineData("debian_depends: ['tig,']", "debian_depends", "0", "debian_dependency")]
    [InlineData("debian_depends: ['tig,, git']", "debian_depends", "0", "debian_dependency")]
    [InlineData("debian_depends: ['']", "debian_depends", "0", "debian_dependency")]
    [InlineData("debian_depends: [~]", "debian_depends", "0", "not_null")]
    [InlineData("debian_depends: ['$(touch /tmp/x)']", "debian_depends", "0", "debian_dependency")]
    public void A_wrong_item_is_named_by_its_place(string line, string field, string index, string expected)
    {
        Assert.Null(Validate(Minimal + line, out var errors));
        Assert.Contains(expected, errors[field]![index]!.ToJsonString());
    }

    [Theory]
    [InlineData("min_wazo_version: 17.10")]
    [InlineData("min_wazo_version: 17.9\nmax_wazo_version: 17.10")]
    [InlineData("max_wazo_version: '17.10.1'")]
    public void A_platform_within_the_limits_will_do(string limits) => Assert.NotNull(Validate(Minimal + limits, out _));

    private static PluginManifest? Validate(string yaml, out JsonObject errors)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("wazo/plugin.yml", yaml);
        var document = ManifestReader.Read(directory.Path, "wazo/plugin.yml")!.AsObject();
        return ManifestValidator.Validate(document, new PlugindConfiguration(), "17.10", out errors);
    }
}
