using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Plugins.Tests.Installation;

/// <summary>What was installed before survives whatever fails: its files, its place in dpkg and the administrator's settings.</summary>
[Trait("Category", "Acceptance")]
public sealed class FailedUpgradeTests : IAsyncLifetime
{
    private const string Package = "wazo-plugind-a-x";
    private const string Fails = "[ \"$1\" != install ] || [ ! -e $D/fails ]";

    private readonly DpkgMachine _machine = new();

    public async Task InitializeAsync()
    {
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", Fails))).Succeeded);
        _machine.Write("etc/a.conf", "of the administrator\n");
    }

    public Task DisposeAsync()
    {
        _machine.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_step_that_fails_once_is_tried_once_more()
    {
        var result = await _machine.InstallAsync(await _machine.BuildAsync("a", "1.1", "[ \"$1\" != install ] || { [ -e $D/tried ] || { touch $D/tried; false; } }"));

        Assert.True(result.Succeeded);
        Assert.Equal("install 1.0\ninstall 1.1\ninstall 1.1\n", _machine.Read("steps-a"));
        await AssertSettingsKeptAsync("1.1");
    }

    [Fact]
    public async Task A_version_that_fails_gives_way_to_the_one_before()
    {
        var reason = await FailAsync(await _machine.BuildAsync("a", "1.1", "[ \"$1\" != install ]"));

        Assert.Equal("the plugin's own install step failed with exit code 1; version 1.0 was put back", reason);
        Assert.Empty(_machine.Broken.List());
        await AssertSettingsKeptAsync("1.0");
    }

    [Fact]
    public async Task Where_both_fail_the_one_before_is_configured_without_its_step_and_broken_until_that_succeeds()
    {
        _machine.Write("fails", "");
        var reason = await FailAsync(await _machine.BuildAsync("a", "1.1", "[ \"$1\" != install ]"));

        Assert.EndsWith("the install step of version 1.0 fails: it is configured without that step and marked broken", reason);
        var mark = Assert.Single(_machine.Broken.List());
        Assert.Equal((Package, "x", "a", "1.0"), (mark.Package, mark.Namespace, mark.Name, mark.Version));
        Assert.NotEmpty(mark.Output);
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(Path.Join(_machine.Configuration.PackagesDir, Package + ".broken.json")));
        await AssertSettingsKeptAsync("1.0");
        Assert.Single(_machine.Broken.List());

        File.Delete(Path.Join(_machine.Path, "fails"));
        // An operation on another plugin.
        Assert.True((await _machine.RemoveAsync("healthy")).Succeeded);
        Assert.Empty(_machine.Broken.List());
        Assert.EndsWith("install 1.0\n", _machine.Read("steps-a"));
    }

    [Fact]
    public async Task Where_the_one_before_is_not_kept_the_new_one_stays_broken_until_the_installer_starts_again()
    {
        _machine.Kept.Forget(Package);
        var reason = await FailAsync(await _machine.BuildAsync("a", "1.1", Fails), fails: true);

        Assert.Contains("version 1.0 is not kept; the install step of version 1.1 fails", reason);
        await AssertSettingsKeptAsync("1.1");
        File.Delete(Path.Join(_machine.Path, "fails"));
        _machine.Start();
        await _machine.Repair.RunAsync();
        Assert.Empty(_machine.Broken.List());
    }

    [Fact]
    public async Task A_mark_goes_with_the_plugin_or_with_a_version_that_installs()
    {
        _machine.Write("fails", "");
        await FailAsync(await _machine.BuildAsync("a", "1.1", "[ \"$1\" != install ]"));
        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("a", "1.2"))).Succeeded);
        Assert.Empty(_machine.Broken.List());

        await FailAsync(await _machine.BuildAsync("a", "1.3", "[ \"$1\" != install ]"));
        _machine.Kept.Forget(Package);
        await FailAsync(await _machine.BuildAsync("a", "1.4", "[ \"$1\" != install ]"));
        Assert.Single(_machine.Broken.List());
        Assert.True((await _machine.RemoveAsync("a")).Succeeded);
        Assert.Empty(_machine.Broken.List());
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task A_kill_while_the_script_is_put_aside_leaves_neither_a_script_that_does_nothing_nor_a_broken_apt()
    {
        _machine.Write("fails", "");
        var postinst = Path.Join(_machine.Database, "info", Package + ".postinst");
        var script = await File.ReadAllTextAsync(postinst);
        await _machine.DpkgAsync("--force-confold", "--install", (await _machine.BuildAsync("a", "1.1", Fails)).Path);
        _machine.Kept.Forget(Package);
        new MaintainerScript(postinst).PutAside();
        Assert.NotEqual(script, await File.ReadAllTextAsync(postinst));

        _machine.Start();
        await _machine.Repair.RunAsync();

        Assert.Equal(script, await File.ReadAllTextAsync(postinst));
        Assert.Equal("1.1", Assert.Single(_machine.Broken.List()).Version);
        await AssertSettingsKeptAsync("1.1");
    }

    [Fact]
    public async Task An_installation_in_place_of_a_removed_one_leaves_the_conffiles_when_it_fails()
    {
        Assert.True((await _machine.RemoveAsync("a")).Succeeded);

        var reason = await FailAsync(await _machine.BuildAsync("a", "1.1", "[ \"$1\" != install ]"));

        Assert.EndsWith("what was installed of it was removed", reason);
        Assert.Equal("of the administrator\n", _machine.Read("etc/a.conf"));
        Assert.Equal("deinstall ok config-files", _machine.StatusOf(Package));
        Assert.Empty(_machine.Broken.List());
        await _machine.AssertWholeAsync();
    }

    [Fact]
    public async Task Others_are_installed_while_a_second_try_waits()
    {
        _machine.Configuration = _machine.Configuration with { Worker = new WorkerConfiguration { InstallRetryDelay = 10 } };
        var time = new FakeTimeProvider();
        _machine.Time = time;
        _machine.Start();
        var failing = _machine.InstallAsync(await _machine.BuildAsync("b", "1.0", Fails.Replace("fails", "fails-b")));
        Assert.True((await failing).Succeeded);
        _machine.Write("fails-b", "");
        failing = _machine.InstallAsync(await _machine.BuildAsync("b", "1.1", Fails.Replace("fails", "fails-b")));
        while (!failing.IsCompleted && !_machine.StatusOf("wazo-plugind-b-x").EndsWith("half-configured", StringComparison.Ordinal))
            await Task.Delay(20);

        Assert.True((await _machine.InstallAsync(await _machine.BuildAsync("c", "1.0"))).Succeeded);
        Assert.False(failing.IsCompleted);
        File.Delete(Path.Join(_machine.Path, "fails-b"));
        while (!failing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20);
        }

        Assert.True((await failing).Succeeded);
    }

    private async Task<string> FailAsync(PackageArtifact package, bool fails = false)
    {
        if (fails)
            _machine.Write("fails", "");
        var result = await _machine.InstallAsync(package);
        Assert.False(result.Succeeded);
        return result.Failure.Reason;
    }

    private async Task AssertSettingsKeptAsync(string version)
    {
        Assert.Equal(version, _machine.Status.FindInstalled(Package)?.Version);
        Assert.Equal("of the administrator\n", _machine.Read("etc/a.conf"));
        await _machine.AssertWholeAsync();
    }
}
