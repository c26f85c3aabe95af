using System.Net;
using System.Text.Json.Nodes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Acceptance;

/// <summary>What an operator does with workers: more of them, elsewhere, stopped and killed.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Scaling_workers(Platform platform) : Journey(platform)
{
    private const string ByMessage = "worker: {package_transfer: message}";

    [Fact]
    public async Task More_builders_share_the_work_and_killing_them_loses_nothing()
    {
        var (count, builders) = Soak.IsOn ? (100, 8) : (8, 2);
        var random = new Random(20261123);
        var logs = Path.Join(Platform.Directory, "installed-");
        var repositories = await Task.WhenAll(Enumerable.Range(0, count).Select(number => Platform.CreatePluginAsync(
            $"many-{number}", rules: $"[ $1 != build ] || sleep 0.3\n[ $1 != install ] || echo once >> {logs}{number}")));
        await using var core = await Platform.ReconfigureWorkerAsync("", "--roles", "orchestrate,install");
        var workers = Enumerable.Range(0, builders).Select(_ => StartBuilder()).ToList();
        try
        {
            var operations = await Task.WhenAll(repositories.Select(repository =>
                Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url })));
            // Not one after the other: what has been on three workers that ended is taken for the reason.
            for (var kill = 1; kill <= builders; kill++)
            {
                await Platform.Events.WaitForAsync(operations[(kill * count / builders) - 1], "building");
                var victim = random.Next(builders);
                await workers[victim].KillAsync();
                await workers[victim].DisposeAsync();
                workers[victim] = StartBuilder();
            }

            foreach (var operation in operations)
            {
                var messages = await Platform.Events.OfAsync(operation);
                AssertCompleted(messages);
            }

            Assert.All(Enumerable.Range(0, count), number => Assert.Equal("once\n", File.ReadAllText(logs + number)));
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_builder_without_a_shared_directory_sends_its_package()
    {
        var elsewhere = Path.Join(Platform.Directory, "elsewhere");
        var file = await ConfigureElsewhereAsync(elsewhere);
        await using var core = await Platform.ReconfigureWorkerAsync(ByMessage, "--roles", "orchestrate,install");
        await using var builder = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", file, "--roles", "build");
        var needed = await Platform.CreatePluginAsync("far-needed");
        Platform.OfferInMarket(needed);
        var repository = await Platform.CreatePluginAsync("far", manifest: "depends: [{namespace: acceptance, name: far-needed}]", rules: "[ $1 != build ] || echo built far away");

        var messages = await Platform.Client.InstallAsync(repository);

        AssertCompleted(messages);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        await using var happened = await EventStreamReader.OpenAsync(Platform.Port, $"/0.2/operations/{messages[0].Uuid}/events");
        Assert.Contains("built far away", await happened.LinesUntilAsync());
        // It has no database that would say so.
        var cancelled = await Platform.CreatePluginAsync("far-cancelled", rules: "[ $1 != build ] || sleep 98763");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = cancelled.Url });
        await Platform.Events.WaitForAsync(uuid, "building");
        await Wait.UntilAsync(() => IsRunningAsync("sleep 98763"), "the build");
        Assert.Equal(HttpStatusCode.OK, (await Platform.Client.SendAsync(HttpMethod.Delete, $"/0.2/operations/{uuid}")).Status);
        await Wait.UntilAsync(async () => !await IsRunningAsync("sleep 98763"), "the end of the build");
        await Wait.UntilAsync(() => Task.FromResult(Directory.GetFileSystemEntries(elsewhere + "/tmp").Length == 0), "the end of its directories");
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere + "/downloads"));
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere + "/tmp"));
    }

    [Fact]
    public async Task A_builder_that_is_not_root_builds_as_the_user_of_builds_and_takes_back_what_that_left()
    {
        const string rights = "-all,+setuid,+setgid,+chown,+kill";
        var elsewhere = Path.Join(Platform.Directory, "unprivileged");
        foreach (var directory in (string[])["downloads", "tmp"])
            LibC.ChangeOwner(Directory.CreateDirectory(Path.Join(elsewhere, directory)).FullName, UnixUser.Find("wazo-plugind")!);
        var file = await ConfigureElsewhereAsync(elsewhere);
        await using var core = await Platform.ReconfigureWorkerAsync(ByMessage, "--roles", "orchestrate,install");
        await using var builder = ServiceProcess.Start(
        [
            "setpriv", "--reuid=wazo-plugind", "--regid=wazo-plugind", "--clear-groups", $"--inh-caps={rights}", $"--ambient-caps={rights}", $"--bounding-set={rights}",
            "--", .. ServiceProcess.CommandOf("Worker", "wazo-plugind-worker"), "-c", file, "--roles", "build",
        ]);
        var repository = await Platform.CreatePluginAsync("unprivileged", rules: $$"""
            [ $1 != build ] || { { id -un; grep Cap /proc/self/status; ls /proc | grep -c '^[0-9]'; ls {{elsewhere}}/tmp; } > wazo/seen; mkdir -p deep/er; touch deep/er/x; chmod 0 deep/er deep; }
            """);

        AssertCompleted(await Platform.Client.InstallAsync(repository));

        var seen = await File.ReadAllLinesAsync("/usr/lib/wazo-plugind/plugins/acceptance/unprivileged/wazo/seen");
        Assert.Equal("wazo-plugind-build", seen[0]);
        Assert.Equal(["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"], seen.Where(line => line.EndsWith("\t0000000000000000")).Select(line => line.Split('\t')[0]));
        Assert.InRange(int.Parse(seen[6]), 1, 9);
        Assert.Single(seen[7..]);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere + "/downloads"));
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere + "/tmp"));
    }

    [Fact]
    public async Task Stopping_gives_a_build_back_at_once()
    {
        // Where a sandbox shows it too.
        const string gate = "/opt/acceptance-gate";
        File.Delete(gate);
        var repository = await Platform.CreatePluginAsync("given-back", rules: $"[ $1 != build ] || [ -e {gate} ] || sleep 600");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(uuid, "building");

        // Within its time to stop; the build would take ten minutes.
        await Platform.StopWorkerAsync();
        await File.WriteAllTextAsync(gate, "");
        await Platform.StartWorkerAsync();

        var messages = await Platform.Events.OfAsync(uuid);
        AssertCompleted(messages);
        File.Delete(gate);
    }

    [Fact]
    public async Task Work_waits_for_a_role_that_no_worker_ever_had()
    {
        await using var core = await Platform.ReconfigureWorkerAsync("", "--roles", "orchestrate,install");
        await Platform.RabbitMqControlAsync("delete_queue", "--vhost", Platform.Vhost, "plugind-fetch");
        var errors = await Platform.CountAsync("plugind-commands_error");
        var repository = await Platform.CreatePluginAsync("first-builder");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.WaitForMessagesAsync("plugind-fetch", 1);

        await using var builder = StartBuilder();

        AssertCompleted(await Platform.Events.OfAsync(uuid));
        Assert.Equal(errors, await Platform.CountAsync("plugind-commands_error"));
    }

    [Fact]
    public async Task Stopping_one_that_still_starts_ends_it()
    {
        string[] moments = Soak.IsOn
            ? ["Starting bus:", "Connected:", "Configured endpoint plugind-operations", "Bus started:", "Configured endpoint plugind-install", "Consumer Ok:", "Application started."]
            : ["Starting bus:", "Configured endpoint plugind-operations", "Consumer Ok:"];
        await Platform.StopWorkerAsync();
        foreach (var moment in moments)
        {
            await using var worker = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile);
            await Wait.UntilAsync(() => Task.FromResult(worker.Output.Contains(moment, StringComparison.Ordinal)), moment);
            // Fails when it takes a minute.
            await worker.StopAsync();
            Assert.Equal(0, await worker.WaitAsync());
        }

        await Platform.StartWorkerAsync();
        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("after-stops")));
    }

    [Fact]
    public async Task Stopping_waits_for_dpkg()
    {
        var (began, ended) = (Path.Join(Platform.Directory, "began"), Path.Join(Platform.Directory, "ended"));
        var repository = await Platform.CreatePluginAsync("waited-for", rules: $"[ $1 != install ] || {{ touch {began}; sleep 2; touch {ended}; }}");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(uuid, "installing");
        await Platform.WaitForFileAsync(began);

        await Platform.StopWorkerAsync();

        Assert.True(File.Exists(ended));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        await Platform.StartWorkerAsync();
        AssertCompleted(await Platform.Events.OfAsync(uuid));
    }

    [Fact]
    public async Task Stopping_during_a_removal_ends_it_once()
    {
        var (began, runs) = (Path.Join(Platform.Directory, "removal-began"), Path.Join(Platform.Directory, "removal-runs"));
        var repository = await Platform.CreatePluginAsync("removed-slowly", rules: $"[ $1 != uninstall ] || {{ echo >> {runs}; touch {began}; sleep 2; }}");
        AssertCompleted(await Platform.Client.InstallAsync(repository));
        var (_, body) = await Platform.Client.SendAsync(HttpMethod.Delete, $"/0.2/plugins/acceptance/{repository.Name}");
        var uuid = body!["uuid"]!.GetValue<string>();
        await Platform.WaitForFileAsync(began);

        var stopping = Platform.Worker!;
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync();

        AssertCompleted(await Platform.Events.OfAsync(uuid));
        Assert.Equal("\n", await File.ReadAllTextAsync(runs));
        // Neither does its message go round, nor does anything end in an exception.
        Assert.InRange(Count(stopping.Output, "RemovePackage of operation " + uuid), 0, 1);
        Assert.DoesNotContain("\n   at ", stopping.Output);
    }

    [Fact]
    public async Task A_second_orchestrator_stands_by_and_goes_on_where_the_first_was_killed()
    {
        var repositories = await Task.WhenAll(Enumerable.Range(0, 6).Select(number =>
            Platform.CreatePluginAsync($"taken-over-{number}", rules: "[ $1 != build ] || sleep 0.5")));
        await using var second = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile);
        await Wait.UntilAsync(() => Task.FromResult(second.Output.Contains("this one stands by", StringComparison.Ordinal)), "the one that stands by");
        // Both work on steps, and quickly: each report has to reach the one that orchestrates.
        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("shared-by-two")));
        var operations = await Task.WhenAll(repositories.Select(repository =>
            Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url })));
        await Platform.Events.WaitForAsync(operations[0], "building");

        await Platform.Worker!.KillAsync();

        await Wait.UntilAsync(() => Task.FromResult(second.Output.Contains("this one takes over", StringComparison.Ordinal)), "the one that takes over");
        foreach (var operation in operations)
            AssertCompleted(await Platform.Events.OfAsync(operation));
        await second.StopAsync();
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync();
        await Platform.WaitForWorkerAsync();
    }

    [Fact]
    public async Task Beyond_the_limit_of_operations_requests_are_refused()
    {
        await Platform.StopWorkerAsync();
        await Platform.RestartApiAsync("limits: {operations: 3}");
        try
        {
            var repository = await Platform.CreatePluginAsync("crowded");
            List<string> accepted = [];
            for (var number = 0; number < 3; number++)
                accepted.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));

            var (status, body) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/plugins", new JsonObject
            {
                ["method"] = "git",
                ["options"] = new JsonObject { ["url"] = repository.Url },
            });

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "too-many-operations"), (status, body!["error_id"]!.GetValue<string>()));
            await Platform.StartWorkerAsync();
            foreach (var operation in accepted)
                AssertCompleted(await Platform.Events.OfAsync(operation));
        }
        finally
        {
            await Platform.RestartApiAsync();
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private ServiceProcess StartBuilder() =>
        ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile, "--roles", "build");

    // A builder that shares nothing with the others.
    private Task<string> ConfigureElsewhereAsync(string elsewhere) => Platform.ConfigureAsync($$"""
        {{ByMessage}}
        download_dir: {{elsewhere}}/downloads
        extract_dir: {{elsewhere}}/tmp
        operations: {database: {{elsewhere}}/none.db}
        """);
}
