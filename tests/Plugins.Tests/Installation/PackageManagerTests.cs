using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Harness;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Tests.Sources.Git;

namespace WazoPlugind.Plugins.Tests.Installation;

/// <summary>The state of a package decides, not how dpkg or apt-get ends; the lock, not what they write.</summary>
[Trait("Category", "Acceptance")]
public sealed class PackageManagerTests : IDisposable
{
    private readonly DpkgMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Another_package_that_cannot_be_configured_fails_no_operation()
    {
        var other = await _machine.BuildOtherAsync("other", postinst: $"[ -e {_machine.Path}/mended ]");
        await _machine.DpkgAsync("--install", other.Path);
        var needed = await _machine.BuildOtherAsync("needed");
        await _machine.OfferAsync(needed);
        Assert.True((await _machine.PackageManager.UpdateListsAsync()).Succeeded);

        var installed = await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", depends: "needed"));
        Assert.True(installed.Succeeded, installed.Failure?.Reason);
        Assert.Equal("install ok installed", _machine.StatusOf("needed"));
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.1", depends: "needed"))).Succeeded);
        Assert.Equal("1.1", _machine.Status.FindInstalled("wazo-plugind-a-x")?.Version);
        Assert.True((await _machine.RemoveAsync("a")).Succeeded);

        Assert.Equal("install ok half-configured", _machine.StatusOf("other"));
        _machine.Write("mended", "");
        Assert.True((await _machine.DpkgAsync("--configure", "other")).Succeeded);
        await _machine.AssertWholeAsync();
    }

    [Theory]
    [InlineData("", "install ok installed")]
    [InlineData("APT::Install-Recommends \"false\";", "")]
    public async Task What_a_needed_package_recommends_comes_where_the_administrator_has_it_so(string configuration, string expected)
    {
        _machine.Write("apt/administrator.conf", configuration);
        await _machine.OfferAsync(
            await _machine.BuildOtherAsync("needed", fields: "Recommends: recommended\nSuggests: suggested\n"),
            await _machine.BuildOtherAsync("recommended"),
            await _machine.BuildOtherAsync("suggested"));
        Assert.True((await _machine.PackageManager.UpdateListsAsync()).Succeeded);

        var installed = await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", depends: "needed"));

        Assert.True(installed.Succeeded, installed.Failure?.Reason);
        Assert.Equal(
            ("install ok installed", expected, ""),
            (_machine.StatusOf("needed"), _machine.StatusOf("recommended"), _machine.StatusOf("suggested")));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task The_longest_name_of_a_plugin_is_the_longest_of_dpkg(int more, bool expected)
    {
        // With that of the namespace, x, and what is around them.
        var name = new string('a', 228 + more);
        var version = new string('1', 7 - more);
        var document = new JsonObject { ["namespace"] = "x", ["name"] = name, ["version"] = version };
        Assert.Equal(expected, ManifestValidator.Validate(document, _machine.Configuration, null, out _) is not null);

        var installed = await _machine.InstallAsync(await _machine.BuildAsync(name, version));

        Assert.Equal(expected, installed.Succeeded);
        if (!expected)
            return;
        // An upgrade that cannot be put back is marked.
        _machine.Kept.Forget(PluginPackage.NameOf(_machine.Configuration, "x", name));
        Assert.False((await _machine.InstallAsync(await _machine.BuildAsync(name, "2", "[ $1 != install ]"))).Succeeded);
        Assert.Equal("2", Assert.Single(_machine.Broken.List()).Version);
        Assert.True((await _machine.RemoveAsync(name)).Succeeded);
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task A_journal_of_a_dpkg_that_died_is_merged_before_apt_get()
    {
        await _machine.OfferAsync(await _machine.BuildOtherAsync("needed"));
        Assert.True((await _machine.PackageManager.UpdateListsAsync()).Succeeded);
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("b", "1.0"))).Succeeded);
        await _machine.DpkgAsync("--install", (await _machine.BuildOtherAsync("dying", postinst: $"[ -e {_machine.Path}/mended ] || kill -9 $PPID")).Path);
        Assert.True(_machine.Status.HasJournal);

        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", $"touch {_machine.Path}/mended", depends: "needed"))).Succeeded);

        _machine.Write("mended", "");
        Assert.True((await _machine.DpkgAsync("--configure", "--pending")).Succeeded);
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task The_same_version_installed_again_fails_when_its_file_is_refused()
    {
        var package = await _machine.BuildAsync("a", "1.0");
        Assert.True((await _machine.InstallAsync(package)).Succeeded);
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("b", "1.0", files: "shared"))).Succeeded);

        var again = await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", files: "shared"));

        Assert.Equal(
            $"the package could not be installed: {_machine.Path}/shared belongs to wazo-plugind-b-x; version 1.0 is still installed",
            again.Failure!.Reason);
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task A_refused_package_leaves_nothing_selected()
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", files: "shared"))).Succeeded);

        Assert.False((await _machine.InstallAsync(await _machine.BuildAsync("b", "1.0", files: "shared"))).Succeeded);

        await _machine.AssertWholeAsync();
        Assert.Equal("", _machine.StatusOf("wazo-plugind-b-x"));
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("lock-frontend")]
    public async Task Who_holds_a_lock_is_waited_for_whatever_it_is_called(string file)
    {
        // A process of its own, as locks are not seen by the one that has them.
        var hold = "import fcntl,sys; f=open(sys.argv[1],'w'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); sys.stdin.read()";
        using var holder = new Process
        {
            StartInfo = new ProcessStartInfo("python3", ["-c", hold, Path.Join(_machine.Database, file)]) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        holder.Start();
        await holder.StandardOutput.ReadLineAsync();
        var package = await _machine.BuildAsync("a", "1.0");

        Assert.NotNull((await _machine.InstallAsync(package)).Failure?.Transience);
        Assert.NotNull((await _machine.RemoveAsync("a")).Failure?.Transience);
        var waiting = _machine.PackageManager.ConfigureAsync("a");
        await Task.Delay(200);
        Assert.False(waiting.IsCompleted);
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();

        await waiting;
        Assert.True((await _machine.InstallAsync(package)).Succeeded);
    }

    [Fact]
    public async Task Lists_and_packages_come_by_the_proxy_which_scripts_of_packages_know_too()
    {
        await _machine.OfferAsync(await _machine.BuildOtherAsync("needed", postinst: $"echo $HTTPS_PROXY > {_machine.Path}/proxy; env"));
        await using var mirror = new TestServer(ServeRepositoryAsync);
        await using var proxy = new HttpProxy { User = "deploy", Resolve = (_, _) => new(IPAddress.Loopback, mirror.Port) };
        _machine.Write("apt/sources.list", "deb [trusted=yes] http://mirror.example.org/ ./\n");
        _machine.Proxy = new() { All = proxy.UrlWithCredentials };
        _machine.Start();

        var updated = await _machine.PackageManager.UpdateListsAsync();
        Assert.True(updated.Succeeded, updated.Output);
        var installed = await _machine.PackageManager.InstallWithDependenciesAsync((await _machine.BuildAsync("a", "1.0", depends: "needed")).Path);
        Assert.True(installed.Succeeded, installed.Output);

        Assert.Contains("GET http://mirror.example.org/./build-needed.deb", proxy.Requests);
        Assert.Equal(proxy.UrlWithCredentials, _machine.Read("proxy").Trim());
        Assert.Contains("http_proxy=http://deploy:********@", installed.Output);
        Assert.DoesNotContain("S3cret", installed.Output);
    }

    [Theory]
    [InlineData("dpkg: error: dpkg frontend lock was locked by another process with pid 12\nNote: removing", true)]
    [InlineData("dpkg: error: dpkg frontend lock was locked by /usr/bin/dpkg process with pid 12\nNote: removing", true)]
    [InlineData("dpkg: error: dpkg database lock was locked by /usr/bin/apt-get process with pid 12", true)]
    [InlineData("Reading...\nE: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)", true)]
    [InlineData("dpkg: error processing package a (--configure):", false)]
    public void Both_releases_words_for_a_lock_are_known(string output, bool expected) => Assert.Equal(expected, DpkgLock.IsNamedIn(output));

    private async Task ServeRepositoryAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var name = (await reader.ReadLineAsync(cancellationToken))?.Split(' ')[1].TrimStart('/', '.') ?? "";
        var exists = _machine.Exists($"repository/{name}");
        var content = exists ? await File.ReadAllBytesAsync(Path.Join(_machine.Path, "repository", name), cancellationToken) : [];
        var head = $"HTTP/1.1 {(exists ? 200 : 404)} x\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. content], cancellationToken);
    }
}
