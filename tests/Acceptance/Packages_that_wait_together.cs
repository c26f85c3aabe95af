using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>Packages that are ready while dpkg is at work go to it in one run; each operation ends as if it had been alone.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Packages_that_wait_together(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Are_installed_in_one_run_and_one_that_fails_does_not_fail_the_others()
    {
        PluginRepository[] repositories =
        [
            await Platform.CreatePluginAsync("together-1", rules: "echo 'this is the first'"),
            await Platform.CreatePluginAsync("together-2", rules: "[ $1 != install ] || { echo 'this one fails'; exit 7; }"),
            await Platform.CreatePluginAsync("together-3", rules: "echo 'this is the third'"),
        ];
        var operations = new List<string>();
        await Platform.StopWorkerAsync();
        await using (ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile, "--roles", "orchestrate,build"))
        {
            foreach (var repository in repositories)
                operations.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));
            await Platform.WaitForMessagesAsync("plugind-install", repositories.Length);
        }

        var before = await RunsAsync();
        await Platform.StartWorkerAsync();

        AssertCompleted(await Platform.Events.OfAsync(operations[0]));
        AssertCompleted(await Platform.Events.OfAsync(operations[2]));
        var error = (await Platform.Events.OfAsync(operations[1]))[^1];
        Assert.Equal("installing-error", error.Errors["error_id"]!.GetValue<string>());
        Assert.Equal("the package could not be installed; what was installed of it was removed", error.Details["reason"]!.GetValue<string>());
        Assert.Contains("this one fails", error.Details["output"]!.ToJsonString());
        Assert.DoesNotContain("together-3", error.Details["output"]!.ToJsonString());
        Assert.Null(await Platform.InstalledVersionAsync(repositories[1].Package));
        // Together, and the one that failed once more by itself; had each been alone, it would be three.
        Assert.Equal(2, await RunsAsync() - before);
        await Platform.WaitForWorkerAsync();
    }

    private static async Task<int> RunsAsync() =>
        (await File.ReadAllLinesAsync("/var/log/dpkg.log")).Count(line => line.EndsWith("startup archives install", StringComparison.Ordinal));
}
