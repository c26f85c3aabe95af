using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>What an administrator sees of the programs themselves.</summary>
[Collection(SharedPlatform.Name)]
public sealed class The_programs(Platform platform) : Journey(platform)
{
    [Theory]
    [InlineData("Api", "wazo-plugind-api")]
    [InlineData("Worker", "wazo-plugind-worker")]
    [InlineData("Standalone", "wazo-plugind")]
    public async Task Say_their_options_and_version(string project, string program)
    {
        await using var help = ServiceProcess.Start(project, program, "--help");
        Assert.Equal(0, await help.WaitAsync());
        foreach (var option in (string[])["-c, --config-file", "-d, --debug", "-u, --user", "--version"])
            Assert.Contains(option, help.Output);

        await using var version = ServiceProcess.Start(project, program, "--version");
        Assert.Equal(0, await version.WaitAsync());
        Assert.Equal("1.0.0", version.Output.Trim());
    }

    // Carter's analyzers come as a library, with the whole compiler.
    [Theory]
    [InlineData("Api", "wazo-plugind-api")]
    [InlineData("Standalone", "wazo-plugind")]
    public void Bring_no_compiler_along(string project, string program)
    {
        var directory = Path.GetDirectoryName(ServiceProcess.CommandOf(project, program)[^1])!;

        Assert.NotEmpty(Directory.EnumerateFiles(directory, "Carter.dll"));
        Assert.Empty(Directory.EnumerateFiles(directory, "Carter.Analyzers*"));
        Assert.Empty(Directory.EnumerateFiles(directory, "Microsoft.CodeAnalysis*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("Api", "wazo-plugind-api")]
    [InlineData("Worker", "wazo-plugind-worker")]
    [InlineData("Standalone", "wazo-plugind")]
    public async Task Say_whether_they_could_start(string project, string program)
    {
        await using var good = ServiceProcess.Start(project, program, "--check", "-c", Platform.ConfigFile);
        await using var bad = ServiceProcess.Start(
            project, program, "--check", "-c", await Platform.ConfigureAsync("auth: {host: 127.0.0.1, port: 1, username: a, password: b}"));

        Assert.Equal(0, await good.WaitAsync());
        Assert.StartsWith($"{program} 1.0.0 starts: ", good.Output);
        Assert.Contains("ok: the broker takes the login", good.Output);
        Assert.Contains("ok: wazo-auth takes the service's credentials", good.Output);
        Assert.Equal(2, await bad.WaitAsync());
        Assert.Contains("error: wazo-auth: ConnectionError", bad.Output);
        Assert.Contains("ok: the broker takes the login", bad.Output);
    }

    [Fact]
    public async Task Refuse_a_role_that_there_is_not()
    {
        await using var worker = ServiceProcess.Start("Worker", "wazo-plugind-worker", "--roles", "build,cook");

        Assert.Equal(1, await worker.WaitAsync());
        Assert.Contains("there is no role 'cook'; the roles are orchestrate, build, install", worker.Output);
    }

    [Fact]
    public async Task Refuse_a_configuration_of_the_wrong_type_in_one_line()
    {
        var file = Path.Join(Platform.Directory, "wrong.yml");
        await File.WriteAllTextAsync(file, "rest_api: {port: high}");
        await using var api = ServiceProcess.Start("Api", "wazo-plugind-api", "-c", file);

        Assert.Equal(2, await api.WaitAsync());
        Assert.Equal($"{file}: rest_api.port: expected a whole number", api.Output.Trim());
    }

    [Theory]
    [InlineData("Api", "wazo-plugind-api")]
    [InlineData("Worker", "wazo-plugind-worker")]
    public async Task Refuse_authorities_of_the_broker_that_are_not_there(string project, string program)
    {
        var (file, authorities) = (Path.Join(Platform.Directory, $"no-authorities-{project}.yml"), Path.Join(Platform.Directory, "none.pem"));
        await File.WriteAllTextAsync(file, $"bus: {{tls: true, ca_certificate: {authorities}}}\nlog_file: {Platform.Directory}/no-authorities.log\nuser: root");
        await using var process = ServiceProcess.Start(project, program, "-c", file);

        Assert.Equal(2, await process.WaitAsync());
        Assert.Equal($"bus.ca_certificate: {authorities}: Could not find file '{authorities}'.", process.Output.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task Refuse_an_address_in_use_and_end_with_the_reason()
    {
        var file = Path.Join(Platform.Directory, "in-use.yml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Platform.ConfigFile)).Replace("debug: true", "debug: false"));
        await using var api = ServiceProcess.Start("Api", "wazo-plugind-api", "-c", file);

        Assert.Equal(2, await api.WaitAsync());
        Assert.Equal($"Failed to bind to address http://127.0.0.1:{Platform.Port}: address already in use.", api.Output.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task The_status_says_whether_workers_take_what_is_asked()
    {
        await Platform.WaitForWorkerAsync("ok");
        await Platform.StopWorkerAsync();
        await Platform.WaitForWorkerAsync("fail");
        await Platform.StartWorkerAsync();
        await Platform.WaitForWorkerAsync("ok");
    }

    [Fact]
    public async Task Refuse_to_run_as_root_what_another_user_may_write()
    {
        // The platform's own directory may be written by all.
        var directory = Directory.CreateTempSubdirectory("plugind-programs-").FullName;
        var (program, config) = (Path.Join(directory, "bin"), Path.Join(directory, "config.yml"));
        await Shell.RunAsync("cp", "-r", Path.GetDirectoryName(ServiceProcess.CommandOf("Worker", "wazo-plugind-worker")[^1])!, program);
        await Shell.RunAsync("chown", "-R", "root:root", program);
        await Shell.RunAsync("chown", "wazo-plugind", Path.Join(program, "wazo-plugind-worker.dll"));
        await File.WriteAllTextAsync(config, $"extra_config_files: {directory}/conf.d");
        try
        {
            await using var worker = ServiceProcess.Start([Path.Join(program, "wazo-plugind-worker"), "-c", config]);

            Assert.Equal(2, await worker.WaitAsync());
            Assert.Contains($"{program}/wazo-plugind-worker.dll can be written by wazo-plugind", worker.Output);
            Assert.Contains("--trust-writable-files", worker.Output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_api_makes_the_log_for_the_user_who_writes_it()
    {
        // Where only root makes files, as in /var/log.
        var directory = Directory.CreateTempSubdirectory("plugind-log-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        var (log, port) = (Path.Join(directory, "plugind.log"), Platform.FreePort());
        try
        {
            await using var api = ServiceProcess.Start("Api", "wazo-plugind-api", "-c", await Platform.ConfigureAsync($"log_file: {log}\nrest_api: {{port: {port}}}"));
            using var client = new PluginClient(port, () => Platform.Events);
            await client.WaitUntilReadyAsync(api);

            Assert.Equal("wazo-plugind 644\n", await Shell.RunAsync("stat", "--format=%U %a", log));
            await Wait.UntilAsync(async () => (await File.ReadAllTextAsync(log)).Contains("/0.2/"), "a request in the log");
            Assert.DoesNotContain("Permission denied", api.Output);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task The_api_gives_up_root()
    {
        var owner = await Shell.RunAsync("stat", "--format=%U", $"/proc/{Platform.Api.Id}");

        Assert.Equal("wazo-plugind\n", owner);
    }

    [Fact]
    public async Task The_standalone_program_installs_and_uninstalls_without_a_broker()
    {
        var repository = await Platform.CreatePluginAsync("standalone", rules: "[ $1 != build ] || echo built here");
        var port = Platform.FreePort();
        var events = Path.Join(Platform.Directory, "standalone-events");
        var config = await ConfigureStandaloneAsync("standalone", port, events);
        await File.WriteAllTextAsync(events, "");
        await using var service = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config);
        using var client = new PluginClient(port, () => Platform.Events);
        await client.WaitUntilReadyAsync(service);

        var install = await client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await using var happening = await EventStreamReader.OpenAsync(port, $"/0.2/operations/{install}/events");
        Assert.Contains("built here", await happening.LinesUntilAsync());
        var installed = await WaitForEndAsync(events, install);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        var operation = await client.GetEndedAsync(install);
        var removal = await RemoveAsync();
        var removed = await WaitForEndAsync(events, removal);
        Assert.Equal(removal, await RemoveAsync());

        Assert.Equal(
            Recording.WholeMessages("events-install.txt", "install").Select(message => message["body"]!["data"]!["status"]!.GetValue<string>()),
            installed);
        Assert.Equal(["starting", "removing", "completed"], removed);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        Assert.Equal(["fetch", "build", "install"], operation["attempts"]!.AsArray().Select(work => work!["work"]!.GetValue<string>()));
        var began = Assert.Single(service.Output.Split('\n'), line => line.Contains($"Install {install} starts"));
        Assert.Contains(operation["requester"]!["request_id"]!.GetValue<string>(), began);

        async Task<string> RemoveAsync()
        {
            using var answer = await client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/standalone", null, ("Idempotency-Key", "removal"));
            return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!["uuid"]!.GetValue<string>();
        }
    }

    [Fact]
    public async Task The_one_program_takes_the_broker_that_a_file_names()
    {
        await using var vhost = await VirtualHost.CreateAsync();
        await using var events = await EventRecorder.StartAsync(vhost.Name);
        var repository = await Platform.CreatePluginAsync("on-broker");
        var port = Platform.FreePort();
        var config = await Platform.ConfigureAsync($$"""
            rest_api: {port: {{port}}}
            bus: {vhost: {{vhost.Name}}, host: 127.0.0.1}
            operations: {database: {{Platform.Directory}}/on-broker.db}
            """);
        await using var service = ServiceProcess.Start("Standalone", "wazo-plugind", "-c", config);
        using var client = new PluginClient(port, () => events);
        await client.WaitUntilReadyAsync(service);

        AssertCompleted(await client.InstallAsync(repository));

        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    private static Task<List<string>> WaitForEndAsync(string file, string uuid) => Wait.ForAsync(
        async () =>
        {
            var statuses = (await File.ReadAllTextAsync(file)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.EndsWith('}') && line.Contains(uuid, StringComparison.Ordinal))
                .Select(line => JsonNode.Parse(line)!["data"]!["status"]!.GetValue<string>())
                .ToList();
            return statuses is [.., "completed" or "error"] ? statuses : null;
        },
        () => $"the end of operation {uuid}");

    [Fact]
    public async Task The_standalone_program_goes_on_with_what_a_crash_interrupted()
    {
        const string gate = "/opt/acceptance-standalone-gate";
        File.Delete(gate);
        // Whoever tidies up after the kill meets names that are no text, and paths that are too long.
        var repository = await Platform.CreatePluginAsync("abandoned", rules: $$"""
            [ $1 != build ] || [ -e {{gate}} ] || { touch "$(printf 'caf\351')"; perl -e 'for (1..82) { my $name = sprintf("%050d", $_); mkdir $name; chdir $name or die } sleep 600'; }
            """);
        var (port, events) = (Platform.FreePort(), Path.Join(Platform.Directory, "abandoned-events"));
        var config = await ConfigureStandaloneAsync("abandoned", port, events);
        await File.WriteAllTextAsync(events, "");
        using var client = new PluginClient(port, () => Platform.Events);
        string uuid;
        await using (var service = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config))
        {
            await client.WaitUntilReadyAsync(service);
            uuid = await client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
            await Wait.UntilAsync(async () => (await File.ReadAllTextAsync(events)).Contains("building"), "the build");
            await service.KillAsync();
        }

        await File.WriteAllTextAsync(gate, "");
        await using var restarted = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config);
        await client.WaitUntilReadyAsync(restarted);

        var operation = await client.GetEndedAsync(uuid);
        Assert.Equal("completed", operation["status"]!.GetValue<string>());
        // The state is stored before it is told.
        await Wait.UntilAsync(async () => (await File.ReadAllTextAsync(events)).Contains("completed"), "the end's event");
        var statuses = (await File.ReadAllLinesAsync(events)).Select(line => JsonNode.Parse(line)!["data"]!["status"]!.GetValue<string>()).Distinct();
        Assert.Equal(
            [
                "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
                "cleaning", "completed",
            ],
            statuses);
        File.Delete(gate);
    }

    private Task<string> ConfigureStandaloneAsync(string name, int port, string events) => Platform.ConfigureAsync($$"""
        rest_api: {port: {{port}}}
        bus: {port: 1, events_file: {{events}}}
        operations: {database: {{Platform.Directory}}/{{name}}.db}
        """);
}
