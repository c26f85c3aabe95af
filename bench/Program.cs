using WazoPlugind.Bench;

var repository = ServiceProcess.Repository;
var parts = args.Where(argument => !argument.StartsWith('-')).ToList();
var report = new Report();
await using (var service = await Service.PrepareAsync(repository))
{
    var measurements = new Measurements(service, report);
    await measurements.StartAsync(times: Wanted("start") ? 7 : 1);
    if (Wanted("install"))
        await measurements.InstallAsync("", times: 10);
    if (Wanted("batch"))
    {
        await measurements.BatchAsync(20, times: 3);
        await measurements.BatchAsync(100, times: 1);
    }

    if (Wanted("reads"))
        await measurements.ReadAsync("", installed: 20);
    if (Wanted("events"))
        await measurements.EventsAsync(readers: 100, times: 3);
    if (Wanted("history"))
    {
        await measurements.FillHistoryAsync(1000);
        await measurements.ReadAsync(", 1,000 operations and 200 plugins", installed: 200);
        await measurements.InstallAsync(", 1,000 operations and 200 plugins", times: 5);
    }

    if (Wanted("accept"))
        await measurements.AcceptAsync();
}

report.Print();
if (!args.Contains("--no-save"))
    await report.SaveAsync(repository);

bool Wanted(string part) => parts.Count == 0 || parts.Contains(part);
