/** The whole viewer. */
export function App() {
  return <p>The viewer starts here.</p>;
}
