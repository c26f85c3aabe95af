using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Http;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Operations;

namespace WazoPlugind.Api.Status;

/// <summary>Says which parts of the service work.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="masterTenant">Says whether wazo-auth has answered.</param>
/// <param name="busStatus">Says whether the broker and a worker do.</param>
/// <param name="history">Says what the orchestrator cannot send.</param>
internal sealed class StatusModule(Authenticator authenticator, MasterTenant masterTenant, BusStatus busStatus, OperationQueries history) : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.Get("/0.2/status", GetAsync);

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, "plugind.status.read", anyTenant: true);
        var (bus, worker, _, _) = await busStatus.GetAsync(request.HttpContext.RequestAborted);
        var status = new JsonObject
        {
            ["rest_api"] = Component(works: true),
            ["master_tenant"] = Component(masterTenant.Uuid is not null),
            ["bus"] = Component(bus),
            ["worker"] = Component(worker ?? FindUndelivered()),
        };
        await response.WriteJsonAsync(status);
    }

    private BrokerException? FindUndelivered()
    {
        try
        {
            return history.Pauses() is [var (destination, reason), ..]
                ? new BrokerException("undelivered", $"what the worker sends to {destination} is not taken: {reason}")
                : null;
        }
        catch (OperationsUnavailableException)
        {
            // GET /operations says so.
            return null;
        }
    }

    private static JsonObject Component(bool works) => new() { ["status"] = works ? "ok" : "fail" };

    private static JsonObject Component(BrokerException? problem)
    {
        var component = Component(works: problem is null);
        if (problem is not null)
            (component["reason"], component["message"]) = (problem.Reason, problem.Message);
        return component;
    }
}
