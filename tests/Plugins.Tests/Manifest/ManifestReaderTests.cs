using System.Diagnostics;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Tests.Manifest;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_link_inside_the_plugin_is_followed()
    {
        _directory.Write("real.yml", "name: a");
        File.CreateSymbolicLink(Path.Join(_directory.Path, "plugin.yml"), "real.yml");

        Assert.NotNull(ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("/dev/zero")]
    [InlineData("plugin.yml")]
    [InlineData("nowhere")]
    public void A_link_that_leaves_the_plugin_is_refused(string target)
    {
        File.CreateSymbolicLink(Path.Join(_directory.Path, "plugin.yml"), target);

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Fact]
    public void A_directory_link_that_leaves_the_plugin_is_refused()
    {
        using var outside = new TemporaryDirectory();
        outside.Write("plugin.yml", "name: a");
        File.CreateSymbolicLink(Path.Join(_directory.Path, "wazo"), outside.Path);

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "wazo/plugin.yml"));
    }

    [Fact]
    public void A_fifo_is_refused_without_waiting_for_its_other_end()
    {
        using var mkfifo = Process.Start(new ProcessStartInfo("mkfifo", [Path.Join(_directory.Path, "plugin.yml")]))!;
        mkfifo.WaitForExit();

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Fact]
    public void A_directory_is_refused()
    {
        Directory.CreateDirectory(Path.Join(_directory.Path, "plugin.yml"));

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused()
    {
        _directory.Write("plugin.yml", new string('#', ManifestReader.MaxSize + 1));

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Fact]
    public void Versions_are_the_text_that_was_written_after_a_byte_order_mark_too()
    {
        _directory.Write("plugin.yml", "\uFEFFversion: 1.10\nmin_wazo_version: 17.10\ndepends: [{name: b, version: 2.0}]\nplugin_format_version: 1.0");

        Assert.Equal(
            """{"version":"1.10","min_wazo_version":"17.10","depends":[{"name":"b","version":"2.0"}],"plugin_format_version":1.0}""",
            ManifestReader.Read(_directory.Path, "plugin.yml")!.ToJsonString());
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        File.WriteAllBytes(Path.Join(_directory.Path, "plugin.yml"), [0x61, 0x3A, 0x20, 0xFF]);

        Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));
    }

    [Fact]
    public void A_pointer_of_git_lfs_is_refused_and_says_so()
    {
        _directory.Write("plugin.yml", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");

        var refused = Assert.Throws<YamlFormatException>(() => ManifestReader.Read(_directory.Path, "plugin.yml"));

        Assert.StartsWith("plugin.yml is only a pointer of git-lfs", refused.Message);
    }
}
