using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Worker.Steps;

/// <summary>A queue of steps, and how many of its messages a worker takes.</summary>
/// <param name="Name">One of <see cref="Queues"/>.</param>
/// <param name="Role">Whose steps they are; one of <see cref="WorkerRoles"/>.</param>
/// <param name="HasPlaces">Whether only so many of the steps are worked on at a time as <see cref="PlacesOf"/> says.</param>
internal sealed record StepQueue(string Name, string Role, bool HasPlaces)
{
    // Those that wait for a place, and those that have given theirs away; a builder's memory bounds them.
    private const int MessagesPerPlace = 6;

    // Three quarters of it, which one requester may have, fill a run.
    private const int MessagesOfDpkg = (InstallRuns.LargestRun * 4 / 3) + 1;

    /// <summary>The queue of the fetches.</summary>
    public static StepQueue Fetch { get; } = new(Queues.Fetch, WorkerRoles.Build, HasPlaces: true);

    /// <summary>The queue of the builds.</summary>
    public static StepQueue Build { get; } = new(Queues.Build, WorkerRoles.Build, HasPlaces: true);

    /// <summary>The queue of the installer: what waits for dpkg's one lock goes to it together.</summary>
    public static StepQueue Install { get; } = new(Queues.Install, WorkerRoles.Install, HasPlaces: false);

    /// <summary>Whether someone has chosen the number of places: then a step keeps its own, however long it takes.</summary>
    /// <param name="configuration">Says so.</param>
    public static bool AreKept(WorkerConfiguration configuration) => configuration.BuildConcurrency > 0;

    /// <summary>How many steps of the queue a worker works on at a time.</summary>
    /// <param name="configuration">Says the number, or nothing.</param>
    public static int PlacesOf(WorkerConfiguration configuration) =>
        AreKept(configuration) ? configuration.BuildConcurrency : Environment.ProcessorCount;

    /// <summary>How many messages of the queue a worker takes at a time.</summary>
    /// <param name="configuration">Says the number of places.</param>
    public int ConcurrencyOf(WorkerConfiguration configuration) =>
        !HasPlaces ? MessagesOfDpkg : AreKept(configuration) ? PlacesOf(configuration) : PlacesOf(configuration) * MessagesPerPlace;
}
