namespace WazoPlugind.Bench;

/// <summary>What many requests took.</summary>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="Slowest">Milliseconds within which 99 of 100 were answered.</param>
/// <param name="Processor">Milliseconds of processor time that the front end took for one.</param>
internal sealed record Load(double PerSecond, double Slowest, double Processor);
