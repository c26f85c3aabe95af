using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>Packages that are ready while dpkg is at work go to it in one run; each operation ends as if it had been alone.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Packages_that_wait_together(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Are_installed_in_one_run_and_one_that_fails_does_not_fail_the_others()
    {
        var (gate, runs) = (Path.Join(Platform.Directory, "dpkg-gate"), Path.Join(Platform.Directory, "dpkg-runs"));
        // Which run of dpkg the step is a part of: others use dpkg too.
        var note = $$"""[ $1 != install ] || { p=$PPID; until [ "$(cat /proc/$p/comm)" = dpkg ]; do p=$(cut -d ' ' -f 4 /proc/$p/stat); done; echo $p >> {{runs}}; }""";
        PluginRepository[] repositories =
        [
            await Platform.CreatePluginAsync("at-work", rules: $"{note}; [ $1 != install ] || while [ ! -e {gate} ]; do sleep 0.05; done; [ $1 != install ] || sleep 1"),
            await Platform.CreatePluginAsync("together-1", rules: note),
            await Platform.CreatePluginAsync("together-2", rules: "[ $1 != install ] || { echo 'this one fails'; exit 7; }"),
            await Platform.CreatePluginAsync("together-3", rules: note),
        ];
        List<string> operations = [];
        foreach (var repository in repositories)
        {
            operations.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));
            await Platform.Events.WaitForAsync(operations[^1], "installing");
        }

        // Until each has its own copy of its package, and waits.
        await Wait.UntilAsync(
            () => Task.FromResult(Directory.GetFiles(Path.Join(Platform.Directory, "packages"), "_incoming-*").Length == repositories.Length), "the copies");
        await File.WriteAllTextAsync(gate, "");

        AssertCompleted(await Platform.Events.OfAsync(operations[0]));
        AssertCompleted(await Platform.Events.OfAsync(operations[1]));
        AssertCompleted(await Platform.Events.OfAsync(operations[3]));
        var error = (await Platform.Events.OfAsync(operations[2]))[^1];
        Assert.Equal("installing-error", error.Errors["error_id"]!.GetValue<string>());
        Assert.Equal("the plugin's own install step failed with exit code 7; what was installed of it was removed", error.Reason);
        Assert.Contains("this one fails", error.Failure["output"]!.ToJsonString());
        Assert.DoesNotContain("together-3", error.Failure["output"]!.ToJsonString());
        Assert.Null(await Platform.InstalledVersionAsync(repositories[2].Package));
        // The first, and the others together.
        var parts = await File.ReadAllLinesAsync(runs);
        Assert.Equal((3, 2), (parts.Length, parts.Distinct().Count()));
        Assert.NotEqual(parts[0], parts[1]);
    }
}
