using System.Diagnostics;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Packaging;

namespace WazoPlugind.Plugins.Tests.Packaging;

public sealed class PackagePolicyTests : IDisposable
{
    private const string Name = "wazo-plugind-b-a";

    private readonly TemporaryDirectory _directory = new();
    private readonly PlugindConfiguration _configuration = new();
    private readonly PackageArtifact _expected = new(Name, "1.0", Path: "", Sha256: "", Size: 0, Depends: "git");

    public PackagePolicyTests()
    {
        var manifest = new PluginManifest(new PluginIdentity("a", "b", "1.0"), 1, [], ["git"]);
        var control = new ControlFiles(_configuration);
        _directory.Write("root/DEBIAN/control", control.Control(manifest.Plugin, "git"));
        WriteScript("postinst", control.PostInst(manifest.Plugin));
        WriteScript("prerm", control.PreRm(manifest.Plugin));
        WriteScript("postrm", control.PostRm(manifest.Plugin, manifest.FormatVersion));
        _directory.Write("root/usr/lib/wazo-plugind/plugins/a/b/wazo/plugin.yml", "name: b");
        _directory.Write("root/etc/b.conf", "");
        _directory.Write("root/DEBIAN/conffiles", "/etc/b.conf\n");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_this_service_builds_is_taken() => Assert.Null(Judge());

    [Fact]
    public void What_is_not_the_package_that_was_announced_is_refused()
    {
        Assert.Equal("its control is not the one of a plugin", Judge(_expected with { Version = "2.0" }));
        Assert.Equal("its control is not the one of a plugin", Judge(_expected with { Depends = "" }));
        Assert.Equal("bash is not the name of a plugin's package", Judge(_expected with { Name = "bash" }));
        Assert.NotNull(Judge(_expected with { Name = "wazo-plugind-c-a" }));
        Assert.Equal("its dependencies are invalid", Judge(_expected with { Depends = "git\nEssential: yes" }));
    }

    [Theory]
    [InlineData("Replaces: bash")]
    [InlineData("Pre-Depends: bash")]
    [InlineData("Essential: yes")]
    public void More_control_fields_are_refused(string field)
    {
        var control = Path.Join(_directory.Path, "root/DEBIAN/control");
        File.WriteAllText(control, File.ReadAllText(control).Replace("Priority:", field + "\nPriority:"));

        Assert.Equal("its control is not the one of a plugin", Judge());
    }

    [Fact]
    public void Other_scripts_are_refused()
    {
        WriteScript("preinst", "#!/bin/sh\n");
        Assert.Equal("its preinst is not the one of a plugin", Judge());
        File.Delete(Path.Join(_directory.Path, "root/DEBIAN/preinst"));

        WriteScript("postinst", "#!/bin/sh\n");
        Assert.Equal("its postinst is not the one of a plugin", Judge());
        File.Delete(Path.Join(_directory.Path, "root/DEBIAN/postinst"));
        Assert.Equal("it has no postinst", Judge());
    }

    [Theory]
    [InlineData("var/lib/wazo-plugind/rules/rules.x.y")]
    [InlineData("usr/lib/wazo-plugind/plugins/a/other/wazo/rules")]
    [InlineData("var/lib/dpkg/status")]
    [InlineData("usr/lib/wazo-plugind/plugins/c")]
    public void Files_of_the_service_dpkg_and_other_plugins_are_refused(string path)
    {
        _directory.Write("root/" + path, "");

        Assert.Contains("belongs to this service or to another plugin", Judge());
    }

    [Fact]
    public void A_file_behind_a_link_of_the_machine_is_where_the_link_leads()
    {
        var link = Path.Join(_directory.Path, "way");
        File.CreateSymbolicLink(link, "/var/lib/dpkg");
        _directory.Write("root" + link + "/status", "");

        Assert.Contains("belongs to this service or to another plugin", Judge());
    }

    [Fact]
    public void A_conffile_that_is_not_in_it_is_refused()
    {
        _directory.Write("root/DEBIAN/conffiles", "/etc/b.conf\n/etc/passwd\n");

        // dpkg-deb would not build it.
        Assert.Contains("/etc/passwd", Judge(checks: false));
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        var package = Build();
        var bytes = File.ReadAllBytes(package);
        File.WriteAllBytes(package, bytes[..(bytes.Length / 2)]);
        Assert.NotNull(new PackagePolicy(_configuration).Problem(package, _expected));
        File.WriteAllBytes(package, [.. bytes, .. "more"u8]);
        Assert.Equal("it holds more than a Debian package does", new PackagePolicy(_configuration).Problem(package, _expected));
        File.WriteAllText(package, "nonsense");
        Assert.NotNull(new PackagePolicy(_configuration).Problem(package, _expected));
    }

    private string? Judge(PackageArtifact? expected = null, bool checks = true) =>
        new PackagePolicy(_configuration).Problem(Build(checks), expected ?? _expected);

    private string Build(bool checks = true)
    {
        var package = Path.Join(_directory.Path, "plugin.deb");
        List<string> arguments = ["--root-owner-group", "-Zgzip", "--build", Path.Join(_directory.Path, "root"), package];
        if (!checks)
            arguments.Insert(0, "--nocheck");
        using var process = Process.Start(new ProcessStartInfo("dpkg-deb", arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return package;
    }

    private void WriteScript(string name, string content) =>
        File.SetUnixFileMode(_directory.Write("root/DEBIAN/" + name, content), (UnixFileMode)0b111_101_101);
}
