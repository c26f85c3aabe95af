using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WazoPlugind.Bench;

/// <summary>The parts of the measurement.</summary>
internal sealed class Measurements(Service service, Report report)
{
    private readonly List<Plugin> _installed = [];
    private int _made;

    /// <summary>Starts the programs, the last time to stay.</summary>
    public async Task StartAsync(int times)
    {
        var (api, worker) = (new List<double>(), new List<double>());
        // The first worker declares the queues.
        await service.StartWorkerAsync();
        for (var i = 0; i < times; i++)
        {
            await service.StopApiAsync();
            await service.StopWorkerAsync();
            api.Add(await service.StartApiAsync());
            worker.Add(await service.StartWorkerAsync());
        }

        await service.WaitForBusAsync();
        if (times > 1)
        {
            report.Add("cold start, api to a healthy status", "ms", api, "<= 150");
            report.Add("cold start, worker to consuming", "ms", worker, "<= 600");
            await Task.Delay(TimeSpan.FromSeconds(5));
            AddMemory("idle", "<= 30", "<= 105");
        }

        // What the first operation compiles is not what the next ones take.
        var plugin = await CreateAsync("warm-up");
        for (var i = 0; i < 3; i++)
        {
            await InstalledAsync(plugin);
            await RemovedAsync(plugin);
        }
    }

    /// <summary>Installs, updates and uninstalls one after the other, each beside the same commands by hand.</summary>
    public async Task InstallAsync(string where, int times)
    {
        var (byHand, install, update, removeByHand, remove) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var steps = new List<(string Status, double Time)>();
        var messages = 0;
        for (var i = 0; i < times; i++)
        {
            var (own, other) = (await CreateAsync($"hand{_made}"), await CreateAsync($"one{_made++}"));
            byHand.Add(await own.InstallByHandAsync());
            install.Add(await TimeAsync(async () => steps.AddRange(service.Events.StepsOf(await InstalledAsync(other)))));
            await other.CommitAsync("2.0");
            update.Add(await TimeAsync(async () => await service.Events.CompletedAsync(await service.UpdateAsync(other))));
            removeByHand.Add(await own.RemoveByHandAsync());
            remove.Add(await TimeAsync(() => RemovedAsync(other)));
            await Shell.RunAsync("dpkg", "--purge", own.Package);
            if (i > 0)
                continue;
            messages = await Service.CountMessagesAsync(() => InstalledAsync(other));
            await RemovedAsync(other);
        }

        var floor = report.Add("the commands of an install by hand" + where, "ms", byHand);
        var median = report.Add("install" + where, "ms", install);
        report.Add("install, of the commands by hand" + where, "x", median / floor, "<= 1.2");
        report.Add("update" + where, "ms", update);
        var removeFloor = report.Add("dpkg --remove by hand" + where, "ms", removeByHand);
        median = report.Add("uninstall" + where, "ms", remove);
        report.Add("uninstall, of dpkg --remove by hand" + where, "x", median / removeFloor, "<= 1.2");
        if (where.Length > 0)
            return;
        foreach (var step in steps.GroupBy(step => step.Status))
            report.Add("  of an install, " + step.Key, "ms", step.Select(one => one.Time));
        report.Add("messages of an install, events and all", "", messages);
        report.Add("event, from the step to a consumer", "ms", service.Events.Delays());
    }

    /// <summary>Asks for many plugins at once, beside the same commands by hand, and beside dpkg alone with their packages.</summary>
    public async Task BatchAsync(int count, int times)
    {
        var (byHand, dpkg, batch, removeByHand, removals) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < times; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                var own = await CreateAsync($"hand{_made++}");
                byHand.Add(await own.InstallByHandAsync());
                await Shell.RunAsync("dpkg", "--purge", own.Package);
            }

            var plugins = await Task.WhenAll(Enumerable.Range(0, count).Select(j => CreateAsync($"batch{count}-{i}-{j}")));
            foreach (var plugin in plugins)
                await plugin.BuildByHandAsync();
            dpkg.Add(await Plugin.InstallByHandAsync(plugins));
            removeByHand.Add(await Plugin.RemoveByHandAsync(plugins));
            await Shell.RunAsync("dpkg", ["--purge", .. plugins.Select(plugin => plugin.Package)]);
            batch.Add(await TimeAsync(() => Task.WhenAll(plugins.Select(InstalledAsync))));
            if (count == 20 && i == 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(5));
                AddMemory("after 20 installations", null, "<= 120");
            }

            removals.Add(await TimeAsync(() => Task.WhenAll(plugins.Select(RemovedAsync))));
        }

        var median = report.Add($"{count} plugins at once", "ms", batch);
        var floor = report.Add($"  the commands of an install by hand, beside {count} at once", "ms", byHand);
        report.Add($"{count} plugins at once, of {count} times the commands by hand", "x", median / (count * floor), count == 20 ? "<= 0.6" : null);
        floor = report.Add($"  one dpkg run of the same {count}", "ms", dpkg);
        report.Add($"{count} plugins at once, of one dpkg run of the same {count}", "x", median / floor, count == 20 ? "<= 1.4" : null);
        median = report.Add($"{count} removals at once", "ms", removals);
        floor = report.Add($"  one dpkg run that removes the same {count}", "ms", removeByHand);
        report.Add($"{count} removals at once, of one dpkg run that removes the same {count}", "x", median / floor);
    }

    /// <summary>Reads with eight connections.</summary>
    public async Task ReadAsync(string where, int installed)
    {
        for (var i = _installed.Count; i < installed; i++)
            _installed.Add(await CreateAsync($"installed{i}"));
        foreach (var chunk in _installed.Chunk(20))
            await Task.WhenAll(chunk.Select(InstalledAsync));
        await LoadAsync("/0.2/status", "GET /status");
        await LoadAsync("/0.2/plugins", $"GET /plugins, {installed} installed", installed == 20 ? ">= 4000" : null);
        await LoadAsync("/0.2/plugins/bench/installed0", "GET one plugin");
        await Service.SetMarketAsync(Market(24));
        await LoadAsync("/0.2/market", "GET /market, 24 items", ">= 4000");
        await Service.SetMarketAsync(Market(2000));
        // It keeps the other one for a minute.
        await service.StopApiAsync();
        await service.StartApiAsync();
        await LoadAsync("/0.2/market", "GET /market, 2,000 items", ">= 600");
        await LoadAsync("/0.2/market?search=needle&limit=20", "GET /market, a searched page", ">= 3000");
        if (where.Length == 0)
            AddMemory("under reads", "<= 40", "<= 128");

        async Task LoadAsync(string path, string name, string? target = null)
        {
            await service.LoadAsync(path);
            Load[] loads = [await service.LoadAsync(path), await service.LoadAsync(path), await service.LoadAsync(path)];
            AddLoad(name + where, loads, target, slowest: path == "/0.2/plugins" && target is not null ? "<= 10" : null);
        }
    }

    /// <summary>Builds what prints 10,000 lines a second, without readers of what happens and with many.</summary>
    public async Task EventsAsync(int readers, int times)
    {
        var plugin = await CreateAsync("printing");
        await plugin.PrintAsync(lines: 10_000, seconds: 8);
        var (byHand, alone, read, own, of) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var memory = 0.0;
        for (var i = 0; i < times; i++)
        {
            byHand.Add(await plugin.BuildAloneAsync());
            var (time, processor, _) = await BuildAsync(0);
            alone.Add(time);
            own.Add(processor);
            (time, processor, memory) = await BuildAsync(readers);
            read.Add(time);
            of.Add(processor - own[^1]);
        }

        var floor = report.Add("build that prints 10,000 lines a second, rules alone by hand", "ms", byHand);
        var without = report.Add("build that prints 10,000 lines a second", "ms", alone);
        report.Add("  of rules by hand", "x", without / floor, "<= 1.05");
        var with = report.Add($"build that prints 10,000 lines a second, {readers} readers of events", "ms", read);
        report.Add("  of the same without readers", "x", with / without, "<= 1.05");
        report.Add($"{readers} readers of events beside that build: processor of the api", "%", of, "<= 5");
        report.Add($"{readers} readers of events beside that build: memory of the api, PSS", "MB", memory, "<= 20");

        async Task<(double Time, double Processor, double Memory)> BuildAsync(int count)
        {
            var (before, _) = service.Memory();
            using var stop = new CancellationTokenSource();
            var open = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => service.ReadEventsAsync(stop.Token)));
            var uuid = await service.InstallAsync(plugin);
            await service.Events.WaitForAsync(uuid, "building");
            var processor = service.ApiProcessorTime;
            var started = Stopwatch.GetTimestamp();
            await service.Events.WaitForAsync(uuid, "packaging");
            var time = Stopwatch.GetElapsedTime(started);
            var share = (service.ApiProcessorTime - processor) / time * 100;
            var (after, _) = service.Memory();
            await service.Events.CompletedAsync(uuid);
            await stop.CancelAsync();
            await Task.WhenAll(open);
            await RemovedAsync(plugin);
            return (time.TotalMilliseconds, share, after - before);
        }
    }

    /// <summary>Fills the history with operations that failed.</summary>
    public async Task FillHistoryAsync(int count)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(50))
            await Task.WhenAll(chunk.Select(async _ => await service.Events.EndedAsync(await service.FailAsync())));
    }

    /// <summary>Accepts commands that nobody carries out yet.</summary>
    public async Task AcceptAsync()
    {
        var plugin = await CreateAsync("accepted");
        await service.StopWorkerAsync();
        var script = Path.Join(service.Directory, "post.lua");
        await File.WriteAllTextAsync(script, $"wrk.method = 'POST'\nwrk.body = '{Service.InstallBody(plugin).ToJsonString()}'\n");
        Load[] loads = [await service.LoadAsync("/0.2/plugins", script), await service.LoadAsync("/0.2/plugins", script)];
        AddLoad("POST /plugins accepted", loads, ">= 1000");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string Market(int count) => new JsonObject
    {
        ["items"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject
        {
            ["namespace"] = "bench",
            ["name"] = $"plugin{i:0000}",
            ["display_name"] = $"Plügin {i}",
            ["description"] = i % 50 == 0 ? "Finds the needle" : "Does what plugins do, described in a sentence or two as authors will",
            ["author"] = $"Author {i % 37}",
            ["homepage"] = $"https://plugins.example/bench/plugin{i:0000}",
            ["icon"] = "gear",
            ["color"] = "yellow",
            ["tags"] = new JsonArray("beta", "application"),
            ["versions"] = new JsonArray(
                new JsonObject { ["version"] = "2.0", ["min_wazo_version"] = "18.01", ["options"] = new JsonObject { ["url"] = "https://plugins.example/a" } },
                new JsonObject { ["version"] = "1.0", ["options"] = new JsonObject { ["url"] = "https://plugins.example/a", ["ref"] = "1.0" } }),
        })]),
    }.ToJsonString();

    private Task<Plugin> CreateAsync(string name) => Plugin.CreateAsync(service.Directory, name);

    private async Task<string> InstalledAsync(Plugin plugin)
    {
        var uuid = await service.InstallAsync(plugin);
        await service.Events.CompletedAsync(uuid);
        return uuid;
    }

    private async Task RemovedAsync(Plugin plugin) => await service.Events.CompletedAsync(await service.UninstallAsync(plugin));

    private void AddLoad(string name, Load[] loads, string? target, string? slowest = null)
    {
        report.Add(name, "/s", loads.Select(load => load.PerSecond), target);
        report.Add("  99 of 100 answered within", "ms", loads.Select(load => load.Slowest), slowest);
        report.Add("  processor time of the api", "ms", loads.Select(load => load.Processor));
    }

    private void AddMemory(string when, string? apiTarget, string target)
    {
        var (api, worker) = service.Memory();
        report.Add($"memory of the api, {when}: PSS", "MB", api, apiTarget);
        report.Add($"memory of api and worker, {when}: PSS", "MB", api + worker, target);
    }
}
