using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Outcomes;

public sealed class StepFailureTests
{
    [Fact]
    public void What_travels_in_a_message_arrives()
    {
        var failure = StepFailure.Command("building", new CommandResult(3, "one\ntwo\n", TimedOut: false), "it fails") with
        {
            Transience = new Transience { TimedOut = true, RetryAfter = TimeSpan.FromSeconds(7) },
        };

        var arrived = JsonSerializer.Deserialize<StepFailure>(JsonSerializer.Serialize(failure))!;

        Assert.Equal((FailureKind.Command, "building", "it fails", 3), (arrived.Kind, arrived.Step, arrived.Reason, arrived.ExitCode));
        Assert.Equal(["one", "two"], arrived.Output!);
        Assert.Equal(failure.Transience, arrived.Transience);
        Assert.Null(arrived.Fields);
    }

    [Fact]
    public void What_is_wrong_with_a_manifest_arrives_by_field()
    {
        var failure = StepFailure.Validation(new JsonObject { ["name"] = new JsonObject { ["constraint_id"] = "required" } });

        var arrived = JsonSerializer.Deserialize<StepFailure>(JsonSerializer.Serialize(failure))!;

        Assert.Equal((FailureKind.Validation, "validating"), (arrived.Kind, arrived.Step));
        Assert.Equal("""{"name":{"constraint_id":"required"}}""", arrived.Fields!.Value.GetRawText());
        Assert.Null(arrived.Transience);
    }
}
