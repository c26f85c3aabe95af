using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WazoPlugind.Bench;

/// <summary>What was measured: a line for each figure on the way, a table at the end, and a file.</summary>
internal sealed class Report
{
    private readonly JsonArray _figures = [];
    private readonly (double Stolen, double All) _before = Processors();

    /// <summary>Takes a figure.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="samples">The measurements; their median is the figure.</param>
    /// <param name="target">What it should be, for example "&lt;= 1.5".</param>
    /// <returns>The figure.</returns>
    public double Add(string name, string unit, IEnumerable<double> samples, string? target = null)
    {
        var sorted = samples.Order().ToList();
        var median = sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
        _figures.Add(new JsonObject
        {
            ["name"] = name,
            ["value"] = Math.Round(median, 3),
            ["unit"] = unit,
            ["target"] = target,
            ["met"] = target is null ? null : IsMet(median, target),
            ["samples"] = new JsonArray([.. sorted.Select(sample => JsonValue.Create(Math.Round(sample, 3)))]),
        });
        Console.Error.WriteLine(Line(_figures[^1]!));
        return median;
    }

    public double Add(string name, string unit, double value, string? target = null) => Add(name, unit, [value], target);

    public void Print()
    {
        Console.WriteLine($"| figure | value | target | |\n| --- | --- | --- | --- |");
        foreach (var figure in _figures)
            Console.WriteLine(Line(figure!));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nOf the processors' time, {Stolen():P0} went to other virtual machines."));
    }

    /// <summary>Writes the figures with the machine that they are of.</summary>
    public async Task SaveAsync(string repository)
    {
        var processor = (await File.ReadAllLinesAsync("/proc/cpuinfo")).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var memory = (await File.ReadAllLinesAsync("/proc/meminfo"))[0];
        var results = new JsonObject
        {
            ["measured_at"] = TimeProvider.System.GetUtcNow().ToString("s", CultureInfo.InvariantCulture) + "Z",
            ["commit"] = (await Shell.RunAsync("git", "-C", repository, "describe", "--always", "--dirty")).Trim(),
            ["machine"] = new JsonObject
            {
                ["processors"] = Environment.ProcessorCount,
                ["processor"] = processor?.Split(':')[1].Trim(),
                ["memory"] = memory.Split(':')[1].Trim(),
                ["kernel"] = Environment.OSVersion.VersionString,
                ["runtime"] = Environment.Version.ToString(),
            },
            ["stolen"] = Math.Round(Stolen(), 3),
            ["figures"] = _figures.DeepClone(),
        };
        var file = Path.Join(repository, "bench/results", $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd-HHmm}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, results.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        Console.WriteLine($"\nWritten to {Path.GetRelativePath(repository, file)}");
    }

    private double Stolen()
    {
        var (stolen, all) = Processors();
        return (stolen - _before.Stolen) / (all - _before.All);
    }

    // "cpu" with the times in user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)).
    private static (double Stolen, double All) Processors()
    {
        var times = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(time => double.Parse(time, CultureInfo.InvariantCulture)).ToList();
        return (times[7], times.Sum());
    }

    private static bool IsMet(double value, string target)
    {
        var bound = double.Parse(target.Split(' ')[1], NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        return target.StartsWith("<=", StringComparison.Ordinal) ? value <= bound : value >= bound;
    }

    private static string Line(JsonNode figure)
    {
        var met = figure["met"]?.GetValue<bool>() switch { true => "met", false => "missed", null => "" };
        return string.Create(
            CultureInfo.InvariantCulture, $"| {figure["name"]} | {figure["value"]!.GetValue<double>():#,##0.##} {figure["unit"]} | {figure["target"]} | {met} |");
    }
}
