using System.Diagnostics;
using WazoPlugind.Debian.Database;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Tests.Installation;

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
        Directory.CreateDirectory(Path.Join(_directory.Path, "dpkg/info"));
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

    [Fact]
    public void Names_that_are_no_text_are_names()
    {
        _directory.Run("mkdir -p root/opt/b && cd root/opt/b && touch caf$(printf '\\350') caf$(printf '\\351') && printf '/opt/b/caf\\350\\n' >> ../../DEBIAN/conffiles");

        Assert.Null(Judge());
    }

    [Fact]
    public void A_name_that_is_no_text_is_shown_escaped()
    {
        _directory.Run("mkdir -p root/opt/b && mkfifo root/opt/b/caf$(printf '\\351')");

        Assert.Equal("/opt/b/caf\\xe9 is a device, a pipe, or something else that is neither file nor link", Judge());
    }

    [Fact]
    public void A_long_name_is_read_whole()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('x', 200), 5));
        _directory.Write($"root/opt/b/{name}", "");
        File.CreateSymbolicLink(Path.Join(_directory.Path, "root/opt/b/link"), "/" + name);

        Assert.Null(Judge());
        _directory.Run($"chmod 4755 root/opt/b/{name}");
        Assert.StartsWith($"/opt/b/{name} is set-user-id", Judge());
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

    [Theory]
    [InlineData("/etc/b.conf ")]
    [InlineData("remove-on-upgrade etc/x")]
    [InlineData("remove-on-upgrade /etc/../etc/x")]
    [InlineData("remove-on-upgrade  /etc/x")]
    [InlineData("remove-on-upgrade /etc/x ")]
    [InlineData("remove-on-upgrade ")]
    [InlineData("remove-on-downgrade /etc/x")]
    public void A_line_of_the_conffiles_that_is_none_is_refused(string line)
    {
        // dpkg reads the first of them without its space.
        _directory.Write("root/etc/b.conf ", "");
        _directory.Write("root/DEBIAN/conffiles", $"/etc/b.conf\n{line}\n");

        Assert.StartsWith("its list of conffiles ", Judge(checks: false));
    }

    [Fact]
    public void A_conffile_that_an_upgrade_removes_is_the_installed_versions_or_nobodys()
    {
        var (own, others, admins) = (Machine("real/own.conf"), Machine("real/others.conf"), Machine("real/admins.conf"));
        _directory.Write("real/own.conf", "");
        _directory.Write("real/admins.conf", "");
        List(Name, own);
        List("jq", others);

        Assert.Null(JudgeRemoving(own));
        Assert.Null(JudgeRemoving(Machine("real/nobodys.conf")));
        Assert.Equal($"{others} belongs to jq", JudgeRemoving(others));
        Assert.Equal($"its list of conffiles removes {admins}, which is not the plugin's", JudgeRemoving(admins));
        Assert.Equal("its list of conffiles removes /etc/b.conf, which it holds", JudgeRemoving("/etc/b.conf"));
        Assert.Contains("belongs to this service or to another plugin", JudgeRemoving("/var/lib/dpkg/status"));

        string? JudgeRemoving(string path)
        {
            _directory.Write("root/DEBIAN/conffiles", $"/etc/b.conf\nremove-on-upgrade {path}\n");
            return Judge(checks: false);
        }
    }

    [Theory]
    // Each way round; a list of an architecture; a link to a link.
    [InlineData("way/tool", "real/tool", "jq")]
    [InlineData("real/tool", "way/tool", "jq:amd64")]
    [InlineData("way/tool", "round/tool", "jq")]
    public void A_path_that_another_package_has_under_another_name_is_refused(string path, string taken, string list)
    {
        MakeAliases();
        _directory.Write("real/tool", "");
        List("other", Machine("real/other"), Machine("elsewhere/tool"));
        List(list, Machine("real"), Machine(taken));
        _directory.Write("root" + Machine(path), "");

        Assert.Equal($"{Machine(taken)} belongs to jq", Judge());
    }

    [Fact]
    public void A_path_that_the_installed_version_or_nobody_else_has_is_taken_under_any_name()
    {
        MakeAliases();
        _directory.Write("real/tool", "");
        List("jq", Machine("way"), Machine("real"), Machine("way/jq"));
        _directory.Write("root" + Machine("way/tool"), "");
        _directory.Write("root/lib/systemd/system/b-of-a-plugin.service", "");
        Assert.Null(Judge());

        List(Name, Machine("real/tool"));
        List("jq", Machine("round/tool"));
        Assert.Null(Judge());

        // What it spells as the other one does, dpkg knows of: such as where one of them is diverted.
        File.Delete(Path.Join(_directory.Path, "dpkg/info", Name + ".list"));
        List("jq", Machine("way/tool"));
        Assert.Null(Judge());
    }

    [Theory]
    [InlineData("real/tool", "elsewhere/tool", "dash", "real/tool", "dash")]
    [InlineData("elsewhere/tool", "real/tool", "dash", "real/tool", "dash")]
    [InlineData("real/tool", "elsewhere/tool", ":", "real/tool", "the administrator")]
    [InlineData("real/tool", "elsewhere/tool", Name, null, null)]
    public void A_diverted_path_is_refused_under_another_name(string from, string to, string diverter, string? path, string? whose)
    {
        MakeAliases();
        List("other", Machine("real/other"));
        _directory.Write("dpkg/diversions", $"/a\n/b\n:\n{Machine(from)}\n{Machine(to)}\n{diverter}\n");
        _directory.Write("root" + Machine("way/tool"), "");

        Assert.Equal(path is null ? null : $"{Machine(path)} is diverted by {whose}", Judge());
    }

    [Fact]
    public void Files_of_debian_are_refused_under_either_name()
    {
        var policy = new PackagePolicy(_configuration);
        _directory.Write("root/bin/dpkg", "");
        Assert.Equal("/usr/bin/dpkg belongs to dpkg", policy.Problem(Build(), _expected));

        Directory.Delete(Path.Join(_directory.Path, "root/bin"), recursive: true);
        // Debian 12 has it as /bin/true, 13 as /usr/bin/true.
        var listed = File.ReadLines("/var/lib/dpkg/info/coreutils.list").Single(line => line.EndsWith("/bin/true", StringComparison.Ordinal));
        var other = listed == "/bin/true" ? "/usr/bin/true" : "/bin/true";
        _directory.Write("root" + other, "");
        Assert.Equal($"{listed} belongs to coreutils", policy.Problem(Build(), _expected));

        File.Delete(Path.Join(_directory.Path, "root" + other));
        _directory.Write("root/lib/systemd/system/b-of-a-plugin.service", "");
        Assert.Null(policy.Problem(Build(), _expected));
    }

    [Fact]
    public void Two_names_of_one_file_are_refused()
    {
        _directory.Write("root/lib/b/x", "");
        _directory.Write("root/usr/lib/b/y", "");
        Assert.Null(Judge());

        _directory.Write("root/usr/lib/b/x", "");
        Assert.Equal("/usr/lib/b/x and /lib/b/x are the same file", Judge());
    }

    [Fact]
    public void Two_packages_that_are_installed_at_once_do_not_share_a_file_either()
    {
        MakeAliases();
        List("other", Machine("real/other"));
        var policy = new PackagePolicy(_configuration, Owners);
        _directory.Write("root" + Machine("real/tool"), "");
        var first = Build();
        Assert.Null(policy.Problem(first, _expected));
        Assert.Null(policy.Problem(first, _expected));

        var plugin = new PluginIdentity("a", "c", "1.0");
        var control = new ControlFiles(_configuration);
        _directory.Write("root/DEBIAN/control", control.Control(plugin, "git"));
        WriteScript("postinst", control.PostInst(plugin));
        WriteScript("prerm", control.PreRm(plugin));
        WriteScript("postrm", control.PostRm(plugin, formatVersion: 1));
        Directory.Delete(Path.Join(_directory.Path, "root/usr"), recursive: true);
        Directory.Delete(Path.Join(_directory.Path, "root", Machine("real")), recursive: true);
        _directory.Write("root" + Machine("way/tool"), "");
        var (second, expected) = (Build(), _expected with { Name = "wazo-plugind-c-a" });

        Assert.Equal($"{Machine("real/tool")} belongs to {Name}", policy.Problem(second, expected));
        policy.Release(Name);
        Assert.Null(policy.Problem(second, expected));
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
        new PackagePolicy(_configuration, Owners).Problem(Build(checks), expected ?? _expected);

    private PathOwners Owners => new(Path.Join(_directory.Path, "dpkg"));

    private string Machine(string path) => Path.Join(_directory.Path, path);

    // Two names of one directory.
    private void MakeAliases()
    {
        Directory.CreateDirectory(Machine("real"));
        Directory.CreateSymbolicLink(Machine("way"), "real");
        Directory.CreateSymbolicLink(Machine("round"), Machine("way"));
    }

    private void List(string package, params string[] paths) =>
        _directory.Write($"dpkg/info/{package}.list", string.Concat(paths.Select(path => path + "\n")));

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
