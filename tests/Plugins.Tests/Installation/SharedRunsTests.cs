using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Harness;

namespace WazoPlugind.Plugins.Tests.Installation;

/// <summary>What waits for dpkg at the same time goes to it in one run; each has an outcome of its own.</summary>
[Trait("Category", "Acceptance")]
public sealed class SharedRunsTests : IDisposable
{
    // A step's script is started by the package's, and that by dpkg.
    private const string Note = "echo $(cut -d ' ' -f 4 /proc/$PPID/stat) >> $D/runs-$1";

    private readonly DpkgMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task What_is_ready_waits_for_what_is_coming()
    {
        // The moment that they wait for does not pass.
        _machine.Time = new FakeTimeProvider();
        _machine.Start();
        var coming = _machine.Coming.Begin();
        var first = _machine.InstallAsync(await _machine.BuildAsync("a", "1.0"));
        await StagedAsync(1);
        var second = _machine.InstallAsync(await _machine.BuildAsync("b", "1.0"));
        await StagedAsync(2);
        // Who does not wait is before this in the line.
        using (await _machine.PackageManager.TakeTurnAsync(CancellationToken.None))
            Assert.Equal((false, false), (first.IsCompleted, second.IsCompleted));
        coming.Dispose();

        Assert.True((await first).Succeeded && (await second).Succeeded);
    }

    [Fact]
    public async Task What_is_ready_waits_a_moment_only()
    {
        var time = new FakeTimeProvider();
        _machine.Time = time;
        _machine.Start();
        using var coming = _machine.Coming.Begin();

        var install = _machine.InstallAsync(await _machine.BuildAsync("a", "1.0"));

        await Wait.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(50));
                return Task.FromResult(install.IsCompleted);
            },
            "the installation");
        Assert.True((await install).Succeeded);
    }

    [Fact]
    public async Task Removals_are_one_run_and_one_that_fails_does_not_fail_the_others()
    {
        await _machine.InstallAsync(await _machine.BuildAsync("a", "1.0", Note));
        await _machine.InstallAsync(await _machine.BuildAsync("b", "1.0", "[ $1 != uninstall ] || { echo 'this one fails'; exit 7; }"));
        await _machine.InstallAsync(await _machine.BuildAsync("c", "1.0", Note));
        await _machine.InstallAsync(await _machine.BuildAsync("d", "1.0", Note, depends: "wazo-plugind-c-x"));
        var turn = await _machine.PackageManager.TakeTurnAsync(CancellationToken.None);
        var removals = ((string[])["a", "b", "c", "none"]).Select(name => _machine.RemoveAsync(name)).ToList();
        turn.Dispose();

        var (a, b, c, none) = (await removals[0], await removals[1], await removals[2], await removals[3]);

        Assert.Equal(["wazo-plugind-a-x"], a.Value!);
        Assert.Equal(["wazo-plugind-d-x", "wazo-plugind-c-x"], c.Value!);
        Assert.Equal("the plugin is not installed", none.Failure?.Reason);
        Assert.Equal("dpkg could not remove wazo-plugind-b-x", b.Failure?.Reason);
        Assert.Contains("this one fails", b.Failure!.Output!);
        Assert.DoesNotContain(b.Failure.Output!, line => line.Contains("wazo-plugind-a-x", StringComparison.Ordinal));
        Assert.Equal("install ok installed", _machine.StatusOf("wazo-plugind-b-x"));
        Assert.Equal((3, 1), (Runs("uninstall").Length, Runs("uninstall").Distinct().Count()));
    }

    private string[] Runs(string step) => _machine.Read("runs-" + step).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task StagedAsync(int count) => Wait.UntilAsync(
        () => Task.FromResult(Directory.Exists(_machine.Configuration.PackagesDir) && Directory.GetFiles(_machine.Configuration.PackagesDir, "_incoming-*").Length == count),
        "the copies");
}
