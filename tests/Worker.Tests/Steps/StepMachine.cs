using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>A worker without a bus: what it reports is recorded.</summary>
internal sealed class StepMachine : IEndedOperations, IDisposable
{
    private readonly bool _ownsDirectory;

    public StepMachine(
        string transfer = WorkerConfiguration.ByDirectory,
        StepMachine? sharesDirectoryWith = null,
        IReportSender? sender = null,
        TimeProvider? time = null)
    {
        var clock = time ?? Time;
        _ownsDirectory = sharesDirectoryWith is null;
        Directory = sharesDirectoryWith?.Directory ?? System.IO.Directory.CreateTempSubdirectory("plugind-steps-").FullName;
        Configuration = new PlugindConfiguration
        {
            ExtractDir = Path.Join(Directory, "tmp"),
            DownloadDir = Path.Join(Directory, "downloads"),
            Worker = new WorkerConfiguration { PackageTransfer = transfer, BuildConcurrency = 1, StepTimeout = 100 },
        };
        Workspaces = new WorkspaceFactory(Configuration, NullLogger<WorkspaceFactory>.Instance);
        Reports = new StepReports(sender ?? Sender, Lifetime, clock, NullLogger<StepReports>.Instance);
        Gate = new StepGate(clock);
        Places = new StepPlaces(Configuration, clock) { Patience = TimeSpan.FromMilliseconds(20) };
        Turns = new StepTurns(Workspaces, this, Configuration, TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(100) };
        Execution = new StepExecution(
            Turns,
            new StepRoom(Places, Gate),
            new StepRuns(Configuration, Reports, Lifetime, clock, NullLogger<StepRuns>.Instance),
            Reports,
            Held,
            new CommandRunner(clock),
            Workspaces,
            Configuration,
            Lifetime,
            NullLogger<StepExecution>.Instance);
    }

    /// <summary>A step of tests: what it does, each test says.</summary>
    public static StepDefinition Step { get; } =
        new TypedStepDefinition<TestStep, TestCommand, TestResult>("test", StepQueue.Build, StepName.Building, BuildRetry.PauseAfter);

    public string Directory { get; }

    public PlugindConfiguration Configuration { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 26, 18, 2, 11, TimeSpan.Zero));

    public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

    public RecordingSender Sender { get; } = new();

    public HeldSteps Held { get; } = new(TimeProvider.System);

    public HashSet<Guid> Ended { get; } = [];

    public HashSet<Guid> Cancelled { get; } = [];

    public WorkspaceFactory Workspaces { get; }

    public StepReports Reports { get; }

    public StepGate Gate { get; }

    public StepPlaces Places { get; }

    public StepTurns Turns { get; }

    public StepExecution Execution { get; }

    public static StepDelivery Delivery(StepTry? stepTry = null, Guid? operation = null, bool isRedelivered = false) =>
        new(operation ?? Guid.NewGuid(), Guid.NewGuid(), stepTry ?? StepTry.First, isRedelivered, DateTimeOffset.UnixEpoch);

    public Task<bool> RunAsync(StepDelivery delivery, Func<StepRun, Task<StepResult<TestResult>>> work) => Execution.RunAsync(Step, delivery, work);

    public Task<bool> RunAsync(StepDelivery delivery, StepResult<TestResult> result) => RunAsync(delivery, _ => Task.FromResult(result));

    public Task<bool> RunAsync(StepDelivery delivery) => RunAsync(delivery, new TestResult("done"));

    public StepAttempts AttemptsOf(Guid operation)
    {
        System.IO.Directory.CreateDirectory(Workspaces.Of(operation).Operation);
        return new StepAttempts(Workspaces.Of(operation).Operation, Time);
    }

    /// <summary>The worker ends in the middle of a step.</summary>
    /// <param name="delivery">The message.</param>
    public void Kill(StepDelivery delivery) => AttemptsOf(delivery.Operation).Begin(Step.Name, delivery.Message);

    bool IEndedOperations.HasEnded(Guid operation) => Ended.Contains(operation);

    IReadOnlyList<Guid> IEndedOperations.CancelledAmong(IReadOnlyCollection<Guid> operations) => [.. operations.Where(Cancelled.Contains)];

    public void Dispose()
    {
        Places.Dispose();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
