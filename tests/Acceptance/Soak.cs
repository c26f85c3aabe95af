namespace WazoPlugind.Acceptance;

/// <summary>What <c>./test --soak</c> does and <c>./test</c> does not, as it takes longer.</summary>
public static class Soak
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("PLUGIND_SOAK") == "1";
}
