namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>Megabytes, of which a terabyte has a million: no product of it overflows.</summary>
/// <param name="minimum">The least.</param>
internal sealed class MegabytesAttribute(int minimum = 1) : BetweenAttribute(minimum, 1024 * 1024, "megabytes");
