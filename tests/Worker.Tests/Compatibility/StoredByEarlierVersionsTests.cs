using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Plan;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;

namespace WazoPlugind.Worker.Tests.Compatibility;

/// <summary>
/// What an earlier version has stored and sent, as it was on its machine, is read by this one. A sample is never changed: what it has to be given
/// up for is what an administrator loses in an upgrade.
/// </summary>
public sealed class StoredByEarlierVersionsTests
{
    private static readonly Dictionary<string, Type> States = new()
    {
        ["state." + InstallState.KindName] = typeof(InstallState),
        ["state." + UninstallState.KindName] = typeof(UninstallState),
        ["state." + UpdateAllState.KindName] = typeof(UpdateAllState),
        ["state." + PlanState.KindName] = typeof(PlanState),
    };

    private static string Samples => Path.Join(AppContext.BaseDirectory, "Compatibility");

    [Fact]
    public void Messages_and_states_are_read_and_nothing_of_them_is_lost()
    {
        var messages = new OutboxMessages();
        var lines = Directory.GetFiles(Samples, "stored.txt", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var (name, body) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            var again = States.TryGetValue(name, out var state)
                ? JsonSerializer.Serialize(JsonSerializer.Deserialize(body, state, OperationJsonContext.Default), state, OperationJsonContext.Default)
                : messages.Write(messages.Read(name, body)).Body;
            AssertHas(JsonNode.Parse(again), JsonNode.Parse(body), name);
        }
    }

    [Fact]
    public void Where_a_plugin_came_from_is_read()
    {
        using var directory = new TemporaryDirectory();
        var samples = Directory.GetFiles(Samples, Provenance.FileName, SearchOption.AllDirectories);
        Assert.NotEmpty(samples);
        foreach (var sample in samples)
        {
            directory.Write($"a/b/{Provenance.FileName}", File.ReadAllText(sample));
            var origin = Provenance.Find(new PlugindConfiguration { MetadataDir = directory.Path }, "a", "b");
            AssertHas(JsonNode.Parse(origin!.ToJson()), JsonNode.Parse(File.ReadAllText(sample)), sample);
        }
    }

    // A later version may add to it.
    private static void AssertHas(JsonNode? actual, JsonNode? expected, string place)
    {
        switch (expected)
        {
            case JsonObject content:
                foreach (var (key, value) in content)
                    AssertHas(Assert.IsType<JsonObject>(actual)[key], value, $"{place}.{key}");
                break;
            case JsonArray items:
                Assert.Equal(items.Count, Assert.IsType<JsonArray>(actual).Count);
                for (var i = 0; i < items.Count; i++)
                    AssertHas(actual![i], items[i], $"{place}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(actual, expected), $"{place}: {expected?.ToJsonString() ?? "null"} became {actual?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
