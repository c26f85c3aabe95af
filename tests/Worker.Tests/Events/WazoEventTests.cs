using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Tests.Events;

public sealed class WazoEventTests
{
    private static readonly Guid Operation = Guid.Parse("a6565b5e-9209-442f-9c42-fd72f758b2a7");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 7, 38, 32, TimeSpan.Zero).AddMicroseconds(185688));

    [Fact]
    public void An_event_has_the_recorded_body()
    {
        var created = WazoEvent.Create(OperationAction.Install, Operation, "installing dependencies", error: null, "origin", _time);

        Assert.Equal(
            """{"name":"plugin_install_progress","required_access":"event.plugin_install_progress","required_acl":"events.plugin.install.a6565b5e-9209-442f-9c42-fd72f758b2a7.installing dependencies","origin_uuid":"origin","timestamp":"2026-11-22T07:38:32.185688","data":{"uuid":"a6565b5e-9209-442f-9c42-fd72f758b2a7","status":"installing dependencies"}}""",
            created.ToJson().ToJsonString());
        Assert.Equal("plugin.install.a6565b5e-9209-442f-9c42-fd72f758b2a7.installing dependencies", created.RoutingKey);
    }

    [Fact]
    public void An_error_says_why()
    {
        var error = new OperationError("removing-error", "Removing Error", JsonSerializer.SerializeToElement(new { }), JsonSerializer.SerializeToElement(new { reason = "why" }));

        var created = WazoEvent.Create(OperationAction.Uninstall, Operation, "error", error, originUuid: null, _time);

        Assert.Equal("plugin_uninstall_progress", created.Name);
        Assert.Equal(
            """{"error_id":"removing-error","message":"Removing Error","resource":"plugins","details":{}}""",
            created.Data["errors"]!.ToJsonString());
        Assert.Equal("""{"reason":"why"}""", created.Data["failure"]!.ToJsonString());
    }
}
