using System.Text.Json;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Building;

[Trait("Category", "Acceptance")]
public sealed class DebianPackageBuilderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestProgress _progress = new();

    private Workspace? _workspace;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Both_steps_share_one_time()
    {
        // Each has time enough by itself.
        _progress.Remaining = TimeSpan.FromSeconds(4);

        var failure = (await BuildAsync("sleep 2.2")).Failure;

        Assert.Equal((FailureKind.Command, "packaging", "rules package or dpkg-deb took longer than it may"), (failure?.Kind, failure?.Step, failure?.Reason));
        Assert.Equal(["building", "packaging"], _progress.Steps);
    }

    [Fact]
    public async Task What_is_built_says_where_it_came_from()
    {
        var package = (await BuildAsync("[ $1 = build ] || { mkdir -p $pkgdir/usr/share/a; echo hello > $pkgdir/usr/share/a/file; }")).Value!;

        _directory.Run($"dpkg-deb --fsys-tarfile {package.Path} | tar -xO --wildcards '*/provenance.json' > provenance");
        var provenance = await File.ReadAllTextAsync(Path.Join(_directory.Path, "provenance"));
        Assert.Contains("\"sha256\": \"5\"", provenance);
        Assert.Contains("\"url\": \"https://h/a.zip\"", provenance);
    }

    [Theory]
    [InlineData("")]
    [InlineData("exit 3")]
    public async Task The_git_directory_is_there_for_both_steps_and_afterwards_neither_in_the_package_nor_left(string end)
    {
        var result = await BuildAsync($"""
            test -d .git && echo own > .git/$1
            [ $1 = build ] || (mkdir -p $pkgdir/usr/share/a; cp -a .git wazo $pkgdir/usr/share/a; {end})
            """);

        Assert.False(Directory.Exists(_workspace!.Download));
        Assert.Equal(end.Length == 0, result.Succeeded);
        if (result.Value is not { } package)
            return;
        _directory.Run($"dpkg-deb --fsys-tarfile {package.Path} | tar -t > files");
        var files = await File.ReadAllTextAsync(Path.Join(_directory.Path, "files"));
        Assert.Contains("./usr/share/a/wazo/rules\n", files);
        Assert.DoesNotContain(".git", files);
    }

    [Theory]
    [InlineData("mv wazo/plugin.yml wazo/rules . && ln -s ../plugin.yml ../rules wazo/")]
    [InlineData("mkdir parts && mv wazo parts/ && ln -s parts/wazo wazo")]
    public async Task What_is_a_link_in_the_source_is_a_file_in_the_package(string links)
    {
        var result = await BuildAsync("", links);

        Assert.True(result.Succeeded, result.Failure?.Reason);
        _directory.Run($"dpkg-deb --extract {result.Value.Path} package");
        foreach (var (name, content) in (ReadOnlySpan<(string, string)>)[("plugin.yml", "name: a\n"), ("rules", "#!/bin/sh\n\n")])
        {
            var file = new FileInfo(Path.Join(_directory.Path, "package/usr/lib/wazo-plugind/plugins/x/a/wazo", name));
            Assert.Null(file.LinkTarget);
            Assert.Equal(content, File.ReadAllText(file.FullName));
            Assert.Equal(name == "rules", (file.UnixFileMode & UnixFileMode.OtherExecute) != 0);
        }
    }

    [Fact]
    public async Task Other_links_of_the_source_stay_links()
    {
        var package = (await BuildAsync("", "ln -s /etc/hostname wazo/host; ln -s rules wazo/same")).Value!;

        _directory.Run($"dpkg-deb --extract {package.Path} package");
        var wazo = Path.Join(_directory.Path, "package/usr/lib/wazo-plugind/plugins/x/a/wazo");
        Assert.Equal(
            ("/etc/hostname", "rules"), (new FileInfo(Path.Join(wazo, "host")).LinkTarget, new FileInfo(Path.Join(wazo, "same")).LinkTarget));
    }

    [Fact]
    public async Task A_build_knows_the_proxies_and_its_output_does_not_show_their_credentials()
    {
        var proxy = new ProxyConfiguration { Http = "http://me:s3cr3t%2F@proxy.test", NoProxy = "localhost" };

        var failure = (await BuildAsync(
            """[ "$http_proxy,$HTTP_PROXY,$https_proxy,$NO_PROXY" = "http://me:s3cr3t%2F@proxy.test:80,$http_proxy,,localhost" ] && env && exit 7""", proxy: proxy)).Failure;

        Assert.Equal("rules build failed with exit code 7", failure?.Reason);
        var shown = JsonSerializer.Serialize(failure);
        Assert.Contains("http_proxy=http://me:********@proxy.test", shown);
        Assert.DoesNotContain("s3cr3t", shown);
    }

    [Fact]
    public async Task A_build_without_network_knows_no_proxy()
    {
        var proxy = new ProxyConfiguration { All = "http://me:s3cr3t@proxy.test" };

        // Only that fails which the rules look for: nothing is packaged then.
        var failure = (await BuildAsync("env | grep -i proxy && exit 7; exit 8", proxy: proxy, network: false)).Failure;

        Assert.Equal("rules build failed with exit code 8", failure?.Reason);
    }

    [Fact]
    public async Task Packaging_is_root_for_itself_and_what_it_ends_with_is_told()
    {
        var failure = (await BuildAsync("""
            [ $1 = build ] || {
                mkdir -p $pkgdir/etc; touch $pkgdir/etc/file; chown 7:8 $pkgdir/etc/file
                echo "as $(id -u) $(stat -c %u:%g $pkgdir/etc/file)"; exit 5
            }
            """)).Failure;

        Assert.Equal(("packaging", 5), (failure?.Step, failure?.ExitCode));
        Assert.Equal(["as 0 7:8"], failure!.Output!);
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 8)]
    public async Task A_builder_that_is_not_root_builds_in_a_sandbox_whatever_the_configuration_says(bool isSandboxed, int exitCode)
    {
        // A sandbox has processes of its own, of which the first is the sandbox's.
        var failure = (await BuildAsync("tr '\\0' ' ' < /proc/1/cmdline | grep -q bwrap && exit 7; exit 8", isSandboxed: isSandboxed)).Failure;

        Assert.Equal(exitCode, failure?.ExitCode);
    }

    private async Task<StepResult<PackageArtifact>> BuildAsync(
        string rules, string arrange = "true", ProxyConfiguration? proxy = null, bool network = true, bool isSandboxed = false)
    {
        var configuration = new PlugindConfiguration
        {
            DownloadDir = Path.Join(_directory.Path, "downloads"),
            ExtractDir = Path.Join(_directory.Path, "tmp"),
            Build = new BuildConfiguration { Sandbox = network ? BuildConfiguration.None : BuildConfiguration.Auto, Network = network },
            Proxy = proxy ?? new(),
        };
        Directory.CreateDirectory(configuration.DownloadDir);
        Directory.CreateDirectory(configuration.ExtractDir);
        var workspace = _workspace = new Workspace(configuration, Guid.NewGuid(), fetcher: null, builder: null);
        // As it is after a fetch from git.
        workspace.Create(() => File.CreateSymbolicLink(Path.Join(workspace.Tree, ".git"), workspace.Download));
        var file = Path.Join(workspace.Tree, "wazo/rules");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{rules}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(Path.Join(workspace.Tree, "wazo/plugin.yml"), "name: a\n");
        _directory.Run($"cd {workspace.Tree} && {{ {arrange}; }}");
        var plugin = new FetchedPlugin(
            workspace.Tree,
            new PluginOrigin("archive", new InstallOptions { Url = "https://me:secret@h/a.zip", Sha256 = "5" }),
            new SourceRevision("5"),
            new PluginManifest(new PluginIdentity("x", "a", "1.0"), 2, [], []));
        var commands = new WorkspaceCommands(configuration, new CommandRunner(TimeProvider.System), TimeProvider.System) { IsSandboxed = isSandboxed };
        return await new DebianPackageBuilder(configuration, commands).BuildAsync(
            plugin, Provenance.Of("archive", plugin, Guid.NewGuid(), DateTimeOffset.UnixEpoch), workspace, _progress);
    }
}
