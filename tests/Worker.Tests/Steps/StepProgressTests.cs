using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepProgressTests
{
    private const int OutputLimit = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingPublisher _publisher = new();
    private readonly StepProgress _progress;

    public StepProgressTests() => _progress = new StepProgress(
        OperationKind.Install, Guid.NewGuid(), OutputLimit, new OperationEvents(_publisher, new PlugindConfiguration(), _time), _time);

    [Fact]
    public async Task Steps_are_announced_in_order_and_reported_with_their_times_and_output()
    {
        await _progress.BeginAsync("building", default);
        _time.Advance(TimeSpan.FromSeconds(2));
        _progress.AddOutput("built");
        await _progress.BeginAsync("packaging", default);

        var steps = _progress.Finish();

        Assert.Equal(["building", "packaging"], _publisher.Statuses);
        Assert.Equal(["building", "packaging"], steps.Select(step => step.Name));
        Assert.Equal((TimeSpan.FromSeconds(2), "built"), (steps[0].FinishedAt - steps[0].StartedAt, steps[0].Output));
        Assert.Equal("", steps[1].Output);
    }

    [Fact]
    public async Task A_step_that_is_tried_again_is_announced_once_and_reported_once()
    {
        await _progress.BeginAsync("downloading", default);
        _progress.AddOutput("refused");
        await _progress.BeginAsync("downloading", default);
        _progress.AddOutput("fetched");

        var step = Assert.Single(_progress.Finish());

        Assert.Equal(["downloading"], _publisher.Statuses);
        Assert.Equal("fetched", step.Output);
    }

    [Fact]
    public async Task The_end_of_a_flood_of_output_is_kept()
    {
        await _progress.BeginAsync("building", default);
        _progress.AddOutput(new string('x', OutputLimit));
        _progress.AddOutput("end");

        var output = _progress.Finish()[0].Output;

        Assert.Equal(OutputLimit, output.Length);
        Assert.EndsWith("end", output);
    }

    private sealed class RecordingPublisher : IWazoEventPublisher
    {
        public List<string> Statuses { get; } = [];

        public Task PublishAsync(WazoEvent wazoEvent, CancellationToken cancellationToken)
        {
            Statuses.Add(wazoEvent.Data["status"]!.GetValue<string>());
            return Task.CompletedTask;
        }
    }
}
