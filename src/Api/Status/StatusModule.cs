using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;

namespace WazoPlugind.Api.Status;

/// <summary>Says which parts of the service work.</summary>
internal sealed class StatusModule : CarterModule
{
    private readonly Authenticator _authenticator;
    private readonly MasterTenant _masterTenant;
    private readonly BusStatus _bus;

    /// <summary>Maps the routes.</summary>
    public StatusModule(Authenticator authenticator, MasterTenant masterTenant, BusStatus bus)
    {
        (_authenticator, _masterTenant, _bus) = (authenticator, masterTenant, bus);
        Get("/0.2/status", GetAsync);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, "plugind.status.read", anyTenant: true);
        var (bus, worker, _) = await _bus.GetAsync(request.HttpContext.RequestAborted);
        var status = new JsonObject
        {
            ["rest_api"] = Component(works: true),
            ["master_tenant"] = Component(_masterTenant.Uuid is not null),
            ["bus"] = Component(bus),
            ["worker"] = Component(worker),
        };
        await response.WriteJsonAsync(status);
    }

    private static JsonObject Component(bool works) => new() { ["status"] = works ? "ok" : "fail" };
}
