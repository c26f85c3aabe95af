using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>
/// dpkg is ended by SIGKILL, in a plugin's scripts and between them: with the worker, as a power cut or a unit's default kill mode
/// does, or without it. Nothing half-done stays, and what was installed does.
/// </summary>
[Collection(SharedPlatform.Name)]
public sealed class Killing_dpkg(Platform platform) : Journey(platform)
{
    // A script's parent is the maintainer script, whose parent is dpkg.
    private const string KillDpkg = "kill -9 $(ps -o ppid= -p $PPID)";

    public static IEnumerable<object[]> Moments =>
        (Soak.IsOn ? Enumerable.Range(0, 30).Select(number => number * 8) : [60]).Select(milliseconds => (object[])[milliseconds]);

    [Fact]
    public async Task In_an_install_step_leaves_the_version_before()
    {
        var repository = await Platform.CreatePluginAsync("shot", version: "1.0");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("1.1", rules: $"[ $1 != install ] || {KillDpkg}");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal("error", messages[^1].Status);
        Assert.Equal("1.0", await Platform.InstalledVersionAsync(repository.Package));
        await AssertWholeAsync("after-shot");
    }

    [Fact]
    public async Task In_an_uninstall_step_leaves_the_plugin_or_nothing()
    {
        var repository = await Platform.CreatePluginAsync("unshot", rules: $"[ $1 != uninstall ] || [ -e /var/tmp/acceptance-unshot-once ] || {{ touch /var/tmp/acceptance-unshot-once; {KillDpkg}; }}");
        File.Delete("/var/tmp/acceptance-unshot-once");
        await Platform.Client.InstallAsync(repository);

        await Platform.Client.UninstallAsync(repository);

        await AssertWholeAsync("after-unshot");
        File.Delete("/var/tmp/acceptance-unshot-once");
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task With_the_worker_at_any_moment_the_operation_is_done(int milliseconds)
    {
        var repository = await Platform.CreatePluginAsync($"cut-{milliseconds}", version: "1.0");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("1.1", rules: "[ $1 != install ] || sleep 0.2");
        var operation = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(operation, "installing");
        await Wait.UntilAsync(() => Task.FromResult(Process.GetProcessesByName("dpkg").Any(IsOfTest)), "dpkg");

        await Task.Delay(milliseconds);
        await Platform.Worker!.KillAsync();
        foreach (var dpkg in Process.GetProcessesByName("dpkg").Where(IsOfTest))
            dpkg.Kill();
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync();

        AssertCompleted(await Platform.Events.OfAsync(operation));
        Assert.Equal("1.1", await Platform.InstalledVersionAsync(repository.Package));
        await AssertWholeAsync($"after-cut-{milliseconds}");
    }

    // Tests of other projects run dpkg on databases of their own at the same time.
    private bool IsOfTest(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(Platform.Directory, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task AssertWholeAsync(string name)
    {
        await Shell.RunAsync("apt-get", "check");
        Assert.DoesNotContain(Directory.GetFiles("/var/lib/dpkg/updates"), file => char.IsAsciiDigit(Path.GetFileName(file)[0]));
        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync(name)));
        Assert.Empty(Directory.GetFiles(Path.Join(Platform.Directory, "packages"), "_*"));
    }
}
