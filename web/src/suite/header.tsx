/** The first screen: verdict, which suite, where, when; and what a reader must know before anything else. */
import { oneLine } from "../model/text";
import { Sign, StatusIcon } from "../panels/marks";
import { OutcomeIcon } from "./outcome";
import type { RawSuite } from "./raw";

export function Header({ suite }: { suite: RawSuite }) {
  return (
    <header>
      {suite.banners.map(({ word, text }) => (
        <p class="banner" role="note" key={word}>
          <StatusIcon status="warning" size={15} /> <strong>{oneLine(word)}</strong> <span>{oneLine(text)}</span>
        </p>
      ))}
      <div class="top">
        <div class={`verdict s-${suite.status}`} role="status">
          <OutcomeIcon status={suite.status} size={24} />
          <strong>{suite.word}</strong>
        </div>
        <div class="what">
          <h1 title={oneLine(suite.title)}>{oneLine(suite.title)}</h1>
          <p class="because">{oneLine(suite.sentence)}</p>
          <p class="facts">
            {suite.facts.map(({ name, text }) => (
              <span key={name} title={oneLine(`${name} ${text}`)}>
                <b>{name}</b> {oneLine(text)}
              </span>
            ))}
          </p>
        </div>
        <nav aria-label="Files of this suite">
          {suite.files.map(({ file, text, about }) => (
            <a key={file} href={file} title={about} rel="noopener noreferrer">
              <Sign name="file" size={13} /> {text}
            </a>
          ))}
        </nav>
      </div>
    </header>
  );
}
