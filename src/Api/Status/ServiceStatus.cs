using System.Text.Json.Nodes;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Machine;

namespace WazoPlugind.Api.Status;

/// <summary>Says which parts of the service work.</summary>
/// <param name="masterTenant">Says whether wazo-auth has answered.</param>
/// <param name="busStatus">Says whether the broker and a worker do.</param>
/// <param name="history">Says what the orchestrator cannot send.</param>
/// <param name="tools">Say what this machine lacks.</param>
internal sealed class ServiceStatus(MasterTenant masterTenant, BusStatus busStatus, OperationQueries history, MachineTools tools)
{
    private const string Failed = "fail";

    /// <summary>The parts, within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<JsonObject> GetAsync(CancellationToken cancellationToken)
    {
        var (bus, worker, _, _) = await busStatus.GetAsync(cancellationToken);
        return new JsonObject
        {
            ["rest_api"] = Component(works: true),
            ["master_tenant"] = Component(masterTenant.Uuid is not null),
            ["bus"] = Component(bus?.Reason, bus?.Message),
            ["worker"] = worker is null ? Undelivered() : Component(worker.Reason, worker.Message),
            ["tools"] = tools.Missing.FirstOrDefault() is { } missing ? Component("tool-missing", missing.Problem) : Component(works: true),
        };
    }

    /// <summary>Whether all parts work.</summary>
    /// <param name="status">The parts.</param>
    public static bool IsHealthy(JsonObject status) => status.All(part => part.Value!["status"]!.GetValue<string>() != Failed);

    private JsonObject Undelivered()
    {
        try
        {
            return history.Pauses() is [var (destination, reason), ..]
                ? Component("undelivered", $"what the worker sends to {destination} is not taken: {reason}")
                : Component(works: true);
        }
        catch (OperationsUnavailableException)
        {
            // GET /operations says so.
            return Component(works: true);
        }
    }

    private static JsonObject Component(bool works) => new() { ["status"] = works ? "ok" : Failed };

    private static JsonObject Component(string? reason, string? message)
    {
        var component = Component(works: reason is null);
        if (reason is not null)
            (component["reason"], component["message"]) = (reason, message);
        return component;
    }
}
